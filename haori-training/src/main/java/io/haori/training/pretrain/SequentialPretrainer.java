package io.haori.training.pretrain;

import static io.haori.core.check.Check.require;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Pooling;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Weight;
import io.haori.training.sidebyside.DomainPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Naive continual learning: the whole base is trained on one domain after another, to see what
 * modules avoid. What a domain gained is forgotten while the next ones are learnt, and the order
 * decides how much. The same texts, batches, objective and seeds as {@link Pretrainer} takes.
 */
public final class SequentialPretrainer {
  private final TextBase base;
  private final PretrainSettings settings;
  private PretrainListener listener = PretrainListener.SILENT;
  private BooleanSupplier stopRequested = () -> false;

  /**
   * Prepares a run.
   *
   * @param base kept in F32; it has its first weights again after each order
   * @param settings what was chosen; their method is not used
   */
  public SequentialPretrainer(TextBase base, PretrainSettings settings) {
    requireTrainable(settings);
    this.base = base;
    this.settings = settings.with(settings.objective().resolve(base));
  }

  /** Refuses settings that keep the base as integers, which cannot be trained. */
  public static void requireTrainable(PretrainSettings settings) {
    require(
        !settings.base().quantises(),
        "basePrecision",
        "auto, fp32 or bf16 where one domain after another trains the base itself",
        settings.base().word());
  }

  /** Reports progress to this listener. */
  public SequentialPretrainer listener(PretrainListener newListener) {
    listener = newListener;
    return this;
  }

  /** Asks before every step whether to stop; what is not complete is lost then. */
  public SequentialPretrainer stopWhen(BooleanSupplier newStopRequested) {
    stopRequested = newStopRequested;
    return this;
  }

  /**
   * How one order went.
   *
   * @param order names of the domains, the first learnt first
   * @param start held-out loss of the base alone by domain
   * @param stages held-out loss by domain after each domain of the order was learnt
   * @param tokens of text read
   * @param trainable number of trained numbers
   */
  public record OrderResult(
      List<String> order,
      Map<String, Double> start,
      List<Map<String, Double>> stages,
      long tokens,
      long trainable) {
    /** Held-out loss by domain when all are learnt. */
    public Map<String, Double> end() {
      return stages.get(stages.size() - 1);
    }

    /**
     * What was forgotten by domain: its loss at the end less its loss when it had just been learnt.
     */
    public Map<String, Double> forgetting() {
      Map<String, Double> forgetting = new LinkedHashMap<>();
      for (int stage = 0; stage < order.size(); stage++) {
        String domain = order.get(stage);
        double just = stages.get(stage).getOrDefault(domain, Double.NaN);
        forgetting.put(domain, end().getOrDefault(domain, Double.NaN) - just);
      }
      return forgetting;
    }
  }

  /**
   * Trains in one order.
   *
   * @param corpora all domains
   * @param order their names, each once
   * @param trained looks at the base while it has the trained weights
   * @return how it went; null when it was interrupted
   */
  public @Nullable OrderResult run(
      List<DomainCorpus> corpora, List<String> order, Consumer<TextBase> trained) {
    Map<String, DomainCorpus> byName = new LinkedHashMap<>();
    corpora.forEach(corpus -> byName.put(corpus.name(), corpus));
    require(
        order.size() == byName.size()
            && new TreeSet<>(order).equals(new TreeSet<>(byName.keySet())),
        "order",
        "all domains once, " + String.join(",", byName.keySet()),
        String.join(",", order));
    Objective objective = ObjectiveChoice.create(base, settings);
    Map<String, DomainTexts> texts = new LinkedHashMap<>();
    Map<String, HeldOut> heldOut = new LinkedHashMap<>();
    byName.forEach(
        (name, corpus) -> {
          DomainTexts read = DomainTexts.of(corpus, objective, base.tokenizer(), settings);
          texts.put(name, read);
          if (read.isForeign()) {
            listener.onForeign(name, read.unknownShare(), read.piecesPerWord());
          }
          long seed = Seeds.ofDomain(settings.seed(), name);
          long most = settings.passTokens(base);
          heldOut.put(name, new HeldOut(objective, read.heldOut(), settings, seed, most));
        });
    Map<String, Double> start = losses(heldOut);
    List<Weight> weights =
        settings.objective() == ObjectiveChoice.MLM
                || settings.objective() == ObjectiveChoice.CAUSAL
            ? base.backbone().weightsOfLanguageModel()
            : base.backbone().weightsOf(Pooling.AUTO);
    try {
      List<Parameter> parameters = new ArrayList<>();
      weights.forEach(weight -> parameters.addAll(weight.makeTrainable()));
      List<Map<String, Double>> stages = new ArrayList<>();
      int total = texts.values().stream().mapToInt(this::steps).sum();
      int done = 0;
      long tokens = 0;
      for (int stage = 0; stage < order.size(); stage++) {
        DomainTexts ours = texts.get(order.get(stage));
        if (ours == null) {
          throw new IllegalStateException(order.get(stage));
        }
        String name = order.get(stage);
        long read = learn(name, new Position(done, total), objective, ours, parameters);
        if (read < 0) {
          return null;
        }
        tokens += read;
        done += steps(ours);
        stages.add(losses(heldOut));
      }
      trained.accept(base);
      long trainable = parameters.stream().mapToLong(Parameter::count).sum();
      return new OrderResult(List.copyOf(order), start, stages, tokens, trainable);
    } finally {
      weights.forEach(Weight::freeze);
    }
  }

  /** How far the whole order is when a domain begins. */
  private record Position(int done, int total) {}

  private int steps(DomainTexts texts) {
    int[] lengths = texts.train().lengths();
    return DomainPlan.epoch(lengths, settings.batchSize(), 0, 0, 0).size() * settings.epochs();
  }

  private static Map<String, Double> losses(Map<String, HeldOut> heldOut) {
    Map<String, Double> losses = new LinkedHashMap<>();
    heldOut.forEach((name, rows) -> losses.put(name, rows.loss(Adaptation.NONE)));
    return losses;
  }

  /** Tokens read; −1 when it was interrupted. */
  private long learn(
      String name,
      Position position,
      Objective objective,
      DomainTexts texts,
      List<Parameter> parameters) {
    AdapterModule nothing =
        new AdapterModule(name, MethodCatalogue.create("frozen", Map.of()), Map.of());
    long began = System.nanoTime();
    try (DomainRun run =
        new DomainRun(name, settings, objective, texts.train(), nothing, parameters, null)) {
      while (!run.isDone()) {
        if (stopRequested.getAsBoolean()) {
          return -1;
        }
        DomainBatch batch = run.begin();
        double loss;
        try (Scope scope = Scope.open();
            Tape tape = Tape.recording(settings.precision(), 0)) {
          loss = objective.losses(tape, List.of(batch), Adaptation.NONE)[0];
        }
        run.end(loss, objective.vectors(batch));
        double seconds = Math.max(1e-9, (System.nanoTime() - began) / 1e9);
        listener.onStep(
            position.done() + run.step(),
            position.total(),
            List.of(name),
            loss,
            run.tokens() / seconds);
      }
      return run.tokens();
    }
  }
}
