package io.haori.cli;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.tensor.DType;
import io.haori.training.data.TaskKind;
import io.haori.training.task.TuneSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a model is fitted by one method. */
final class TrainingOptions {
  @Mixin final MethodOptions method = new MethodOptions();

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "Highest learning rate (default: what suits the method).")
  @Nullable Double learningRate;

  @Mixin final BudgetOptions budget = new BudgetOptions();

  /**
   * The settings as chosen.
   *
   * @param seed where all randomness begins
   * @param precision type of the activations
   * @param kind says which score chooses the epoch
   */
  TuneSettings settings(long seed, DType precision, TaskKind kind) {
    SettingsMap settings = new SettingsMap(budget.set);
    AdapterMethod adapterMethod = method.method(settings);
    double rate = learningRate == null ? adapterMethod.usualLearningRate() : learningRate;
    TuneSettings chosen = budget.settings(adapterMethod, rate, settings, seed, precision, kind);
    settings.requireAllTaken();
    return chosen;
  }

  /** Refuses values out of their bounds, before anything is read or loaded. */
  void check() {
    settings(0, DType.F32, TaskKind.CLASSIFICATION);
  }
}
