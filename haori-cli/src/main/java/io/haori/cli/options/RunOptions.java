package io.haori.cli.options;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.weights.DType;
import io.haori.inference.task.spi.Task;
import io.haori.training.task.TuneSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How one training run goes, whatever the method: its budget and its learning rate. */
public final class RunOptions {
  public @Mixin final BudgetOptions budget = new BudgetOptions();

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "Highest learning rate (default: what suits the method).")
  public @Nullable Double learningRate;

  /**
   * The settings as chosen.
   *
   * @param adapterMethod the method with its choices
   * @param settings what is left of {@code --set}; all of it must be taken after this
   * @param seed where all randomness begins
   * @param precision type of the activations
   * @param task says which score chooses the epoch
   */
  public TuneSettings settings(
      AdapterMethod adapterMethod, SettingsMap settings, long seed, DType precision, Task task) {
    double rate = learningRate == null ? adapterMethod.usualLearningRate() : learningRate;
    TuneSettings chosen = budget.settings(adapterMethod, rate, settings, seed, precision, task);
    settings.optionOf("training.learningRate", "--lr");
    settings.requireAllTaken();
    return chosen;
  }
}
