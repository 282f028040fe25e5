package io.haori.training.loop;

import static io.haori.core.check.Check.require;

import io.haori.core.json.SettingsReader;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What can be chosen for {@link TrainingLoop}.
 *
 * @param epochs most passes over the training rows; at least 1
 * @param accumulation batches whose rows make one step, each row with the same weight; at least 1
 * @param maxGradientNorm norm to which the gradients of a step are scaled down; finite, 0 leaves
 *     them alone
 * @param selection which epoch is kept
 * @param checkpointEverySteps steps between two checkpoints within an epoch; 0 writes them at the
 *     end of epochs only
 * @param seed what the task derives its randomness from; part of the checkpoint's settings
 * @param schedule of the learning rate
 * @param optimizer of the parameters
 */
public record LoopConfig(
    int epochs,
    int accumulation,
    double maxGradientNorm,
    Selection selection,
    int checkpointEverySteps,
    long seed,
    Schedule schedule,
    AdamWConfig optimizer) {
  /** The usual choice. */
  public static final LoopConfig DEFAULT =
      new LoopConfig(
          3,
          1,
          1.0,
          new Selection("accuracy", true, 0),
          200,
          42,
          Schedule.DEFAULT,
          AdamWConfig.DEFAULT);

  /** Names of settings that change no result of a run. */
  public static final Set<String> WITHOUT_EFFECT = Set.of("training.checkpointEverySteps");

  /** Checks the bounds. */
  public LoopConfig {
    require(epochs >= 1, "training.epochs", "at least 1", epochs);
    require(accumulation >= 1, "training.accumulation", "at least 1", accumulation);
    require(
        maxGradientNorm >= 0 && maxGradientNorm <= Double.MAX_VALUE,
        "training.maxGradientNorm",
        "finite and at least 0",
        maxGradientNorm);
    require(
        checkpointEverySteps >= 0,
        "training.checkpointEverySteps",
        "at least 0",
        checkpointEverySteps);
  }

  /** The same but for the epochs. */
  public LoopConfig withEpochs(int newEpochs) {
    return new LoopConfig(
        newEpochs,
        accumulation,
        maxGradientNorm,
        selection,
        checkpointEverySteps,
        seed,
        schedule,
        optimizer);
  }

  /** The same but for the accumulation. */
  public LoopConfig withAccumulation(int newAccumulation) {
    return new LoopConfig(
        epochs,
        newAccumulation,
        maxGradientNorm,
        selection,
        checkpointEverySteps,
        seed,
        schedule,
        optimizer);
  }

  /** The same but for the gradients' norm. */
  public LoopConfig withMaxGradientNorm(double newMaxGradientNorm) {
    return new LoopConfig(
        epochs,
        accumulation,
        newMaxGradientNorm,
        selection,
        checkpointEverySteps,
        seed,
        schedule,
        optimizer);
  }

  /** The same but for the selection. */
  public LoopConfig withSelection(Selection newSelection) {
    return new LoopConfig(
        epochs,
        accumulation,
        maxGradientNorm,
        newSelection,
        checkpointEverySteps,
        seed,
        schedule,
        optimizer);
  }

  /** The same but for the steps between checkpoints. */
  public LoopConfig withCheckpointEverySteps(int newCheckpointEverySteps) {
    return new LoopConfig(
        epochs,
        accumulation,
        maxGradientNorm,
        selection,
        newCheckpointEverySteps,
        seed,
        schedule,
        optimizer);
  }

  /** The same but for the seed. */
  public LoopConfig withSeed(long newSeed) {
    return new LoopConfig(
        epochs,
        accumulation,
        maxGradientNorm,
        selection,
        checkpointEverySteps,
        newSeed,
        schedule,
        optimizer);
  }

  /** The same but for the schedule. */
  public LoopConfig withSchedule(Schedule newSchedule) {
    return new LoopConfig(
        epochs,
        accumulation,
        maxGradientNorm,
        selection,
        checkpointEverySteps,
        seed,
        newSchedule,
        optimizer);
  }

  /** The same but for the optimizer. */
  public LoopConfig withOptimizer(AdamWConfig newOptimizer) {
    return new LoopConfig(
        epochs,
        accumulation,
        maxGradientNorm,
        selection,
        checkpointEverySteps,
        seed,
        schedule,
        newOptimizer);
  }

  /** Steps of the whole training, when it does not stop early. */
  int steps(TrainingTask task) {
    int steps = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      steps = Math.addExact(steps, (task.batches(epoch) + accumulation - 1) / accumulation);
    }
    return steps;
  }

  /**
   * The choices that settings describe, under the names of {@link #byName}.
   *
   * @param settings of a run
   * @param otherwise what is not given
   */
  public static LoopConfig read(SettingsReader settings, LoopConfig otherwise) {
    SettingsReader training = settings.within("training");
    return new LoopConfig(
        training.whole("epochs", otherwise.epochs),
        training.whole("accumulation", otherwise.accumulation),
        training.number("maxGradientNorm", otherwise.maxGradientNorm),
        Selection.read(settings, otherwise.selection),
        training.whole("checkpointEverySteps", otherwise.checkpointEverySteps),
        training.wholeLong("seed", otherwise.seed),
        Schedule.read(settings, otherwise.schedule),
        AdamWConfig.read(settings, otherwise.optimizer));
  }

  /** All choices by the names that {@code --set} and the options have for them. */
  public Map<String, Object> byName() {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("training.epochs", epochs);
    settings.put("training.accumulation", accumulation);
    settings.put("training.maxGradientNorm", maxGradientNorm);
    settings.putAll(selection.byName());
    settings.put("training.checkpointEverySteps", checkpointEverySteps);
    settings.put("training.seed", seed);
    settings.putAll(schedule.byName());
    settings.putAll(optimizer.byName());
    return settings;
  }

  /** All that changes the result of training; a resumed run must agree on it. */
  public RunSettings runSettings() {
    return RunSettings.of(byName(), DEFAULT.byName()).without(WITHOUT_EFFECT);
  }
}
