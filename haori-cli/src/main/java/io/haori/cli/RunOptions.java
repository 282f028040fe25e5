package io.haori.cli;

import static io.haori.check.Check.require;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.model.transformer.Pooling;
import io.haori.tensor.DType;
import io.haori.training.data.TaskKind;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.Selection;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import io.haori.training.task.TextOptions;
import io.haori.training.task.TuneSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How a training run goes, whatever the method. What is not given is as {@link TuneSettings} and
 * its parts have it.
 */
final class RunOptions {
  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Most passes over the training rows (default: " + TuneSettings.DEFAULT_EPOCHS + ").")
  @Nullable Integer epochs;

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "Highest learning rate (default: what suits the method).")
  @Nullable Double learningRate;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Rows of a step (default: " + TuneSettings.DEFAULT_BATCH_SIZE + ").")
  @Nullable Integer batchSize;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "Tokens of a text at most, the rest is cut (default: "
              + TextOptions.DEFAULT_MAX_LENGTH
              + ").")
  @Nullable Integer maxLength;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Stop after this many epochs without a better validation; 0: never.")
  @Nullable Integer patience;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      split = ",(?=[A-Za-z][A-Za-z0-9.-]*=)",
      description = {
        "Any other setting by its name, for example training.warmupShare=0.1; several with commas"
            + " between. The method's own may leave out its name: sparsity=0.9,structure=rank."
      })
  final Map<String, String> set = new LinkedHashMap<>();

  /**
   * The settings as chosen.
   *
   * @param adapterMethod the method with its choices
   * @param settings what is left of {@code --set}; all of it must be taken after this
   * @param seed where all randomness begins
   * @param precision type of the activations
   * @param kind says which score chooses the epoch
   */
  TuneSettings settings(
      AdapterMethod adapterMethod,
      SettingsMap settings,
      long seed,
      DType precision,
      TaskKind kind) {
    TuneSettings chosen =
        new TuneSettings(
            adapterMethod,
            loop(settings, seed, kind, adapterMethod.usualLearningRate()),
            text(settings, precision),
            batchSize == null ? TuneSettings.DEFAULT_BATCH_SIZE : batchSize,
            settings.truth("gradientCheckpointing", false));
    settings.requireAllTaken();
    return chosen;
  }

  private LoopConfig loop(
      SettingsMap settings, long seed, TaskKind kind, double usualLearningRate) {
    LoopConfig usual = LoopConfig.DEFAULT;
    Selection selection = usual.selection();
    AdamWConfig adam = usual.optimizer();
    Schedule schedule = usual.schedule();
    return new LoopConfig(
        epochs == null ? TuneSettings.DEFAULT_EPOCHS : epochs,
        settings.whole("training.accumulation", usual.accumulation()),
        settings.number("training.maxGradientNorm", usual.maxGradientNorm()),
        new Selection(
            kind == TaskKind.REGRESSION ? "pearson" : selection.metric(),
            selection.greaterIsBetter(),
            patience == null ? selection.patience() : patience),
        settings.whole("training.checkpointEverySteps", usual.checkpointEverySteps()),
        seed,
        new Schedule(
            settings.choice("training.schedule", schedule.shape()),
            settings.number("training.warmupShare", schedule.warmupShare()),
            settings.whole("training.warmupSteps", schedule.warmupSteps())),
        new AdamWConfig(
            learningRate == null ? usualLearningRate : learningRate,
            settings.number("training.beta1", adam.beta1()),
            settings.number("training.beta2", adam.beta2()),
            settings.number("training.epsilon", adam.epsilon()),
            settings.number("training.weightDecay", adam.weightDecay())));
  }

  private TextOptions text(SettingsMap settings, DType precision) {
    int length = maxLength == null ? TextOptions.DEFAULT_MAX_LENGTH : maxLength;
    require(length >= 3, "--max-length", "at least 3", length);
    return new TextOptions(settings.choice("pooling", Pooling.AUTO), length, precision);
  }
}
