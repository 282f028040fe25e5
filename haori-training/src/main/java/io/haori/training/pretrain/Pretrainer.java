package io.haori.training.pretrain;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.inference.folder.ModuleTensors;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Weight;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.RunSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Domain-adaptive pre-training in parallel (Kim, Kang, Moon 2025, arXiv 2507.02302): one module a
 * domain, all on one frozen base, all at once. A domain that has seen all its epochs leaves the
 * batch. With the same seed and name a domain's module is the same, up to rounding, whatever
 * domains are trained beside it.
 *
 * <pre>{@code
 * new Pretrainer(base, settings).listener(store).run(corpora);
 * }</pre>
 */
public final class Pretrainer {
  private static final String BASE = "base";
  private static final String DOMAIN = "domain";
  private static final String TEXTS = "texts";

  /** Names of what a module's {@code haori.json} has among the settings besides them. */
  static final Set<String> FACTS = Set.of(BASE, DOMAIN, TEXTS);

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
   * @param base stays open; unchanged after a run, and during it unless the method trains it
   * @param settings what was chosen
   */
  public Pretrainer(TextBase base, PretrainSettings settings) {
    settings.base().requireOf(base);
    int positions = base.backbone().positions();
    require(
        settings.maxLength() <= positions,
        "maxLength",
        "at most " + positions + " for the base " + base.name(),
        settings.maxLength());
    require(
        !(settings.method().strategy() instanceof TrainingStrategy.Progressive),
        "method of a domain module",
        "one that trains without stages",
        settings.method().name());
    this.base = base;
    this.settings = settings.with(settings.objective().resolve(base));
  }

  /** Reports progress to this listener. */
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
   * @param folderOf where that of a domain is, by the domain's name
   * @param goOn whether to continue from those there
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

  /** The base. */
  TextBase base() {
    return base;
  }

  /** What was chosen, with the objective that it is for this base. */
  public PretrainSettings settings() {
    return settings;
  }

  /** All that was chosen for a domain's module and what it learns from, by name. */
  public Map<String, Object> settings(DomainCorpus corpus) {
    Map<String, Object> chosen = settings.byName();
    chosen.putAll(facts(corpus));
    return chosen;
  }

  /**
   * Whether the module in a folder is the one that a run would learn: from the same texts, with the
   * same settings.
   *
   * @param folder of a finished module, by this version or an earlier one
   * @param corpus that the run would learn from
   */
  public boolean made(Path folder, DomainCorpus corpus) {
    Map<String, Object> stored = ModuleFolder.settings(folder);
    PretrainSettings.WITHOUT_EFFECT.forEach(stored::remove);
    return runSettings(corpus).differences(stored).isEmpty()
        || stored.equals(textsOfEarlierModules(corpus));
  }

  /** What a module of a domain depends on; two that agree in it are the same. */
  public RunSettings runSettings(DomainCorpus corpus) {
    return settings.runSettings().and(facts(corpus));
  }

  /** What a module that was made before settings were JSON has as its settings. */
  Map<String, String> textsOfEarlierModules(DomainCorpus corpus) {
    Map<String, String> texts = settings.textsOfEarlierModules();
    texts.putAll(facts(corpus));
    return texts;
  }

  private Map<String, String> facts(DomainCorpus corpus) {
    return Map.of(
        BASE, base.digest(),
        DOMAIN, corpus.name(),
        TEXTS, String.join(" ", corpus.digests().values()));
  }

  /**
   * Trains one module a corpus. A method that trains the base, or at two levels, takes a single
   * one.
   *
   * @param corpora at least one, no name twice
   * @return how it went; the modules themselves were handed to the listener
   */
  public Outcome run(List<DomainCorpus> corpora) {
    requireDifferentNames(corpora);
    requireSideBySide(corpora.size());
    Objective objective = ObjectiveChoice.create(base, settings);
    if (settings.method().strategy() instanceof TrainingStrategy.BiLevel levels) {
      return new TwoLevelDomain(this, objective, corpora.get(0), levels).run(place(corpora.get(0)));
    }
    List<LearningDomain> domains = new ArrayList<>();
    try {
      for (DomainCorpus corpus : corpora) {
        domains.add(domain(corpus, objective));
      }
      return new PretrainRun(base, settings, objective, domains, listener, stopRequested, nanoTime)
          .toEnd();
    } finally {
      domains.forEach(LearningDomain::close);
      moved().forEach(Weight::freeze);
    }
  }

  /** Several modules share a frozen base, and a step. */
  private void requireSideBySide(int domains) {
    require(
        domains == 1 || !settings.method().trainsBase(),
        "method of several domains' modules",
        "one that leaves the base frozen",
        settings.method().name());
    require(
        domains == 1 || settings.method().strategy() instanceof TrainingStrategy.Plain,
        "method of several domains' modules",
        "one that trains in a single stage",
        settings.method().name());
  }

  /** Weights of the base that learn. */
  private List<Weight> moved() {
    return settings.method().trainsBase() ? ModuleTensors.moved(base) : List.of();
  }

  /** Where the checkpoint of a domain is; null for none. */
  private @Nullable Checkpoints place(DomainCorpus corpus) {
    return checkpoints == null
        ? null
        : new Checkpoints(checkpoints.apply(corpus.name()), runSettings(corpus));
  }

  /** A new module of a domain. */
  AdapterModule module(DomainCorpus corpus) {
    long seed = Seeds.ofDomain(settings.seed(), corpus.name());
    return AdapterModule.create(
        corpus.name(),
        settings.method(),
        base.backbone(),
        new SplittableRandom(Seeds.of(seed, Purpose.START)));
  }

  /** The rows of a corpus; says when the base hardly knows their language. */
  DomainTexts texts(DomainCorpus corpus, Objective objective) {
    DomainTexts texts = DomainTexts.of(corpus, objective, base.tokenizer(), settings);
    if (texts.isForeign()) {
      listener.onForeign(corpus.name(), texts.unknownShare(), texts.piecesPerWord());
    }
    return texts;
  }

  /** What a domain is measured on. */
  HeldOut heldOut(DomainCorpus corpus, DomainTexts texts, Objective objective) {
    long seed = Seeds.ofDomain(settings.seed(), corpus.name());
    return new HeldOut(objective, texts.heldOut(), settings, seed, settings.passTokens(base));
  }

  PretrainListener listener() {
    return listener;
  }

  BooleanSupplier stopRequested() {
    return stopRequested;
  }

  LongSupplier clock() {
    return nanoTime;
  }

  boolean resumes() {
    return resume;
  }

  /** A name is a folder's, and some systems do not tell upper from lower case. */
  static void requireDifferentNames(List<DomainCorpus> corpora) {
    Map<String, String> names = new HashMap<>();
    for (DomainCorpus corpus : corpora) {
      String before = names.put(corpus.name().toLowerCase(Locale.ROOT), corpus.name());
      require(
          before == null,
          "corpus",
          "of different names",
          corpus.name().equals(before)
              ? before + " twice"
              : before + " and " + corpus.name() + ", which differ in case alone");
    }
  }

  private LearningDomain domain(DomainCorpus corpus, Objective objective) {
    DomainTexts texts = texts(corpus, objective);
    HeldOut heldOut = heldOut(corpus, texts, objective);
    double lossStart = heldOut.loss(Adaptation.NONE);
    List<Parameter> ofBase = new ArrayList<>();
    moved().forEach(weight -> ofBase.addAll(weight.makeTrainable()));
    DomainRun run =
        new DomainRun(
            corpus.name(),
            settings,
            objective,
            texts.train(),
            module(corpus),
            ofBase,
            place(corpus));
    try {
      if (resume) {
        run.resume();
      }
      return new LearningDomain(run, heldOut, texts, lossStart);
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }
}
