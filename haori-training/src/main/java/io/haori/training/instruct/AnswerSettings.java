package io.haori.training.instruct;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.TrainingStrategy;
import io.haori.training.loop.LoopConfig;
import io.haori.training.pretrain.ObjectiveChoice;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.task.TuneSettings;

/** The settings of a task's training as those of a module that learns to answer. */
public final class AnswerSettings {
  /** What the sentences say of the rows. */
  private static final String FOR = " for rows of prompt and completion";

  private AnswerSettings() {}

  /**
   * The same choices for the causal objective.
   *
   * @param tune as for any task
   * @throws io.haori.core.check.UserError when something was chosen that answers cannot be learnt
   *     with
   */
  public static PretrainSettings of(TuneSettings tune) {
    TrainingStrategy strategy = tune.method().strategy();
    require(!(strategy instanceof TrainingStrategy.Progressive), "stages", "none" + FOR, "some");
    require(
        tune.method().adaptsSlots() || tune.method().trainsBase(),
        "method",
        "one that learns without a head" + FOR + ", which have none",
        tune.method().name());
    return ofAny(tune);
  }

  /**
   * The same choices for a mix of modules, which becomes one module.
   *
   * @param tune with a method that is built on modules
   * @throws io.haori.core.check.UserError when something was chosen that answers cannot be learnt
   *     with
   */
  public static PretrainSettings ofMix(TuneSettings tune) {
    require(
        !tune.method().builtOn().isEmpty(),
        "method",
        "one that is built on modules",
        tune.method().name());
    return ofAny(tune);
  }

  private static PretrainSettings ofAny(TuneSettings tune) {
    LoopConfig loop = tune.loop();
    require(
        loop.selection().patience() == LoopConfig.DEFAULT.selection().patience(),
        "training.patience",
        "left out" + FOR + ", which are learnt for all epochs",
        loop.selection().patience());
    require(loop.accumulation() == 1, "training.accumulation", "1" + FOR, loop.accumulation());
    return new PretrainSettings(
        ObjectiveChoice.CAUSAL,
        tune.method(),
        loop.epochs(),
        tune.batchSize(),
        tune.text().maxLength(),
        tune.text().precision(),
        tune.text().base(),
        loop.optimizer(),
        loop.schedule(),
        loop.maxGradientNorm(),
        PretrainSettings.DEFAULT_DROPOUT,
        PretrainSettings.DEFAULT_HELD_OUT_SHARE,
        PretrainSettings.DEFAULT_PASS_TOKENS,
        tune.gradientCheckpointing(),
        Math.max(1, loop.checkpointEverySteps()),
        loop.seed());
  }
}
