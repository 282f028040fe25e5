package io.haori.training.pretrain;

import static io.haori.check.Check.require;

import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Routing;
import io.haori.model.transformer.Adaptation;
import io.haori.tensor.FreeMemory;
import io.haori.tensor.Scope;
import io.haori.tensor.grad.Tape;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.data.TokenBatch;
import io.haori.training.sidebyside.PassPlan;
import io.haori.training.sidebyside.Seeds;
import io.haori.training.task.TextBase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Domain-adaptive pre-training in parallel (Kim, Kang, Moon 2025, arXiv 2507.02302): one module a
 * domain, all on one frozen base, in one batch of as many groups as there are domains. A domain
 * that has seen all its epochs leaves the batch. With the same seed and name a domain's module is
 * the same, up to rounding, whatever domains are trained beside it.
 *
 * <pre>{@code
 * new Pretrainer(base, settings).listener(store).run(corpora);
 * }</pre>
 */
public final class Pretrainer {
  private static final double NANOS = 1e9;

  private final TextBase base;
  private final PretrainSettings settings;
  private PretrainListener listener = PretrainListener.SILENT;
  private BooleanSupplier stopRequested = () -> false;
  private LongSupplier nanoTime = System::nanoTime;
  private @Nullable Function<String, Path> checkpoints;
  private boolean resume;

  /**
   * Prepares a run.
   *
   * @param base stays open and unchanged
   * @param settings what was chosen
   */
  public Pretrainer(TextBase base, PretrainSettings settings) {
    int positions = base.encoder().positions();
    require(
        settings.maxLength() <= positions,
        "max-length",
        "at most " + positions + " for the base " + base.name(),
        settings.maxLength());
    require(
        !settings.method().trainsBase(),
        "method of a domain module",
        "one that leaves the base frozen",
        settings.method().name());
    this.base = base;
    this.settings = settings.with(settings.objective().resolve(base));
  }

  /** Tells this listener how it goes. */
  public Pretrainer listener(PretrainListener newListener) {
    listener = newListener;
    return this;
  }

  /** Asks before every step whether to stop; then checkpoints are written and the run ends. */
  public Pretrainer stopWhen(BooleanSupplier newStopRequested) {
    stopRequested = newStopRequested;
    return this;
  }

  /**
   * Writes checkpoints.
   *
   * @param folderOf where that of a domain stands, by the domain's name
   * @param goOn whether to continue from those that stand there
   */
  public Pretrainer checkpoints(Function<String, Path> folderOf, boolean goOn) {
    checkpoints = folderOf;
    resume = goOn;
    return this;
  }

  /** Reads time from elsewhere than the system. */
  Pretrainer nanoTime(LongSupplier newNanoTime) {
    nanoTime = newNanoTime;
    return this;
  }

  /**
   * What a run gave.
   *
   * @param domains those that were finished, in the order given
   * @param tokens of text read by this process
   * @param tokensPerSecond of text in this process, over its steps alone
   * @param interrupted whether it was asked to stop
   */
  public record Outcome(
      List<DomainResult> domains, long tokens, double tokensPerSecond, boolean interrupted) {
    /** Copies the list. */
    public Outcome {
      domains = List.copyOf(domains);
    }
  }

  /** What a module of a domain depends on; two that agree in it are the same. */
  public Map<String, String> fingerprint(DomainCorpus corpus) {
    Map<String, String> fingerprint = new TreeMap<>(settings.byName());
    fingerprint.put("base", base.digest());
    fingerprint.put("domain", corpus.name());
    fingerprint.put("texts", String.join(" ", corpus.digests().values()));
    return fingerprint;
  }

  /**
   * Trains one module a corpus.
   *
   * @param corpora at least one, no name twice
   * @return how it went; the modules themselves were handed to the listener
   */
  public Outcome run(List<DomainCorpus> corpora) {
    Set<String> names = new HashSet<>();
    for (DomainCorpus corpus : corpora) {
      require(names.add(corpus.name()), "--corpus", "of different names", corpus.name() + " twice");
    }
    Objective objective = ObjectiveChoice.create(base, settings);
    List<Domain> domains = new ArrayList<>();
    try {
      for (DomainCorpus corpus : corpora) {
        domains.add(domain(corpus, objective));
      }
      return new Run(objective, domains).toEnd();
    } finally {
      domains.forEach(Domain::close);
    }
  }

  /** A domain with what it is measured on. */
  private record Domain(DomainRun run, HeldOut heldOut, DomainTexts texts, double lossStart) {
    void close() {
      run.close();
    }
  }

  private Domain domain(DomainCorpus corpus, Objective objective) {
    DomainTexts texts = DomainTexts.of(corpus, objective, base.tokenizer(), settings);
    if (texts.isForeign()) {
      listener.onForeign(corpus.name(), texts.unknownShare(), texts.piecesPerWord());
    }
    long seed = Seeds.ofDomain(settings.seed(), corpus.name());
    HeldOut heldOut = new HeldOut(objective, texts.heldOut(), settings, seed);
    Checkpoints place =
        checkpoints == null
            ? null
            : new Checkpoints(checkpoints.apply(corpus.name()), fingerprint(corpus));
    AdapterModule module =
        AdapterModule.create(
            corpus.name(), settings.method(), base.encoder(), new SplittableRandom(seed));
    DomainRun run =
        new DomainRun(corpus.name(), settings, objective, texts.train(), module, List.of(), place);
    try {
      if (resume) {
        run.resume();
      }
      return new Domain(run, heldOut, texts, heldOut.loss(Adaptation.NONE));
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /** One run: where it stands. */
  private final class Run {
    private final Objective objective;
    private final List<Domain> domains;
    private final List<DomainResult> results = new ArrayList<>();
    private final int total;
    private int done;
    private int round;
    private long tokens;
    private long stepNanos;
    private final FreeMemory freeMemory = new FreeMemory(nanoTime.getAsLong());

    Run(Objective objective, List<Domain> domains) {
      this.objective = objective;
      this.domains = domains;
      this.total = domains.stream().mapToInt(domain -> domain.run().steps()).sum();
      this.done = domains.stream().mapToInt(domain -> domain.run().step()).sum();
    }

    Outcome toEnd() {
      finishThose(domains.stream().filter(domain -> domain.run().isDone()).toList());
      List<Domain> active = learning();
      while (!active.isEmpty()) {
        if (stopRequested.getAsBoolean()) {
          active.forEach(domain -> domain.run().save());
          return outcome(true);
        }
        step(active);
        round++;
        finishThose(active.stream().filter(domain -> domain.run().isDone()).toList());
        active = learning();
        if (round % settings.checkpointEverySteps() == 0) {
          active.forEach(domain -> domain.run().save());
        }
      }
      return outcome(false);
    }

    private List<Domain> learning() {
      return domains.stream().filter(domain -> !domain.run().isDone()).toList();
    }

    private void step(List<Domain> active) {
      long began = nanoTime.getAsLong();
      List<DomainBatch> batches = new ArrayList<>();
      for (Domain domain : active) {
        DomainBatch batch = domain.run().begin();
        tokens += batch.counted();
        batches.add(batch);
      }
      double[] losses = new double[batches.size()];
      List<TokenBatch> tokenBatches = batches.stream().map(DomainBatch::tokens).toList();
      for (List<Integer> part : PassPlan.of(tokenBatches, mostTokens())) {
        double[] some = pass(part, active, batches);
        for (int i = 0; i < some.length; i++) {
          losses[part.get(i)] = some[i];
        }
      }
      double sum = 0;
      for (int i = 0; i < losses.length; i++) {
        active.get(i).run().end(losses[i]);
        sum += losses[i];
        done++;
      }
      long ended = nanoTime.getAsLong();
      stepNanos += ended - began;
      freeMemory.releaseNowAndThen(ended);
      listener.onStep(
          done,
          total,
          active.stream().map(domain -> domain.run().name()).toList(),
          sum / losses.length,
          tokensPerSecond());
    }

    private int mostTokens() {
      int chosen = settings.passTokens();
      int width = base.encoder().config().hiddenSize();
      return chosen == PretrainSettings.DEFAULT_PASS_TOKENS ? PassPlan.usualTokens(width) : chosen;
    }

    private double[] pass(List<Integer> part, List<Domain> active, List<DomainBatch> batches) {
      List<DomainBatch> ours = part.stream().map(batches::get).toList();
      List<AdapterModule> modules = part.stream().map(i -> active.get(i).run().module()).toList();
      Adaptation adaptation =
          modules.size() == 1
              ? modules.get(0)
              : AdapterModule.routed(
                  modules,
                  new Routing(
                      ours.stream().map(b -> b.tokens().rows()).toList(),
                      ours.stream().map(b -> b.tokens().tokens()).toList()));
      try (Scope scope = Scope.open();
          Tape tape = Tape.recording(settings.precision(), 0)) {
        return objective.losses(tape, ours, adaptation);
      }
    }

    private void finishThose(List<Domain> finished) {
      for (Domain domain : finished) {
        DomainRun run = domain.run();
        DomainTexts texts = domain.texts();
        DomainResult result =
            new DomainResult(
                run.name(),
                objective.word(),
                objective.isLikelihood(),
                texts.trainTexts(),
                texts.heldOutTexts(),
                run.step(),
                run.tokens(),
                domain.lossStart(),
                domain.heldOut().loss(run.module()),
                texts.unknownShare(),
                texts.piecesPerWord());
        listener.onModule(result, run.module());
        results.add(result);
      }
    }

    private double tokensPerSecond() {
      return tokens / Math.max(stepNanos / NANOS, 1e-9);
    }

    private Outcome outcome(boolean interrupted) {
      return new Outcome(results, tokens, tokensPerSecond(), interrupted);
    }
  }
}
