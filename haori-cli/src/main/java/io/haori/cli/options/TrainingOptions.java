package io.haori.cli.options;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.SearchedSetting;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.core.weights.DType;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Task;
import io.haori.training.baseline.DenseComparison;
import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.task.TuneSettings;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** How a model is fitted: with which method, and how the run goes. */
public final class TrainingOptions {
  private static final List<String> CHOICES =
      List.of(
          "--method",
          "--rank",
          "--alpha",
          "--dropout",
          "--targets",
          "--lr",
          "--epochs",
          "--batch-size",
          "--patience",
          "--set",
          "--settings",
          "--tune-hyper");

  public @Mixin final MethodOptions method = new MethodOptions();
  public @Mixin final RunOptions run = new RunOptions();
  public @Mixin final HyperOptions hyper = new HyperOptions();
  public @Mixin final SettingsFile file = new SettingsFile();

  /**
   * Takes what was not given from the file of {@code --settings}, before anything else is asked.
   *
   * @param spec of the command that runs
   * @param several whether the settings are those of several domains
   */
  public void fill(CommandSpec spec, boolean several) {
    file.fill(
        spec,
        run.budget.set,
        method.method,
        several
            ? json -> DomainSetSettings.fromJson(json).byName()
            : json -> TuneSettings.fromJson(json).byName());
  }

  /**
   * The settings as chosen.
   *
   * @param seed where all randomness begins
   * @param precision type of the activations
   * @param task says which score chooses the epoch
   */
  public TuneSettings settings(long seed, DType precision, Task task) {
    return settings(seed, precision, task, method.flags());
  }

  /** The same with other flags of the method than those given. */
  public TuneSettings settings(
      long seed, DType precision, Task task, Map<String, String> methodFlags) {
    SettingsMap settings = new SettingsMap(run.budget.set);
    AdapterMethod adapterMethod = method.method(settings, methodFlags);
    return complete(adapterMethod, settings, seed, precision, task);
  }

  /**
   * The settings as chosen, and as drawn where nothing was chosen.
   *
   * @param seed where all randomness begins
   * @param precision type of the activations
   * @param task says which score chooses the epoch
   * @param drawn by a search, by name
   */
  public TuneSettings drawn(long seed, DType precision, Task task, Map<String, String> drawn) {
    SettingsMap settings = new SettingsMap(run.budget.set);
    TuneSettings chosen = complete(method.drawn(settings, drawn), settings, seed, precision, task);
    String rate = drawn.get(SearchedSetting.LEARNING_RATE);
    return rate == null || run.learningRate != null
        ? chosen
        : chosen.withLearningRate(Double.parseDouble(rate));
  }

  private TuneSettings complete(
      AdapterMethod adapterMethod, SettingsMap settings, long seed, DType precision, Task task) {
    require(
        run.budget.epochs == null
            || !(adapterMethod.strategy() instanceof TrainingStrategy.Progressive),
        "--epochs",
        "left out when training goes in stages, which have their own",
        String.valueOf(run.budget.epochs));
    boolean inStages = adapterMethod.strategy() instanceof TrainingStrategy.Progressive;
    hyper.check(inStages);
    return run.settings(adapterMethod, settings, seed, precision, task);
  }

  /** What a search may vary, without what was chosen. */
  public List<SearchedSetting> searched() {
    List<SearchedSetting> space =
        method.searched(new SettingsMap(run.budget.set)).stream()
            .filter(
                setting ->
                    run.learningRate == null
                        || !setting.name().equals(SearchedSetting.LEARNING_RATE))
            .toList();
    require(!space.isEmpty(), "--tune-hyper", "left out when all is given that it may vary", hyper);
    return space;
  }

  /**
   * The settings of the dense run beside a sparse one.
   *
   * @param chosen as {@link #settings} gave them
   */
  public TuneSettings dense(TuneSettings chosen) {
    return DenseComparison.dense(chosen, run.learningRate != null);
  }

  /**
   * Whether nothing about the training was chosen, so that the method is open, too.
   *
   * @param spec of the command that runs
   */
  public static boolean isOpen(CommandSpec spec) {
    ParseResult given = spec.commandLine().getParseResult();
    return CHOICES.stream().noneMatch(given::hasMatchedOption);
  }

  /** Refuses values out of their bounds, before anything is read or loaded. */
  public void check() {
    settings(0, DType.F32, TaskCatalogue.CLASSIFICATION);
    if (hyper.trials != null) {
      var unused = searched();
    }
  }
}
