package io.haori.training.bilevel;

import io.haori.adapter.spi.Phase;
import io.haori.adapter.spi.Stage;
import io.haori.adapter.spi.TrainingStrategy.BiLevel;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.LoopListener;
import io.haori.training.loop.TrainingResult;
import io.haori.training.progressive.ProgressiveTraining;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains a task at two levels, then the lower parameters alone on all rows. These are two stages of
 * a {@link ProgressiveTraining} that are never undone, so that early stopping, checkpoints and
 * resuming are those of all training. In the first stage an epoch is one pass over the inner part,
 * and its best one has the values of both levels.
 */
public final class BiLevelTraining {
  /** Name of the stage of both levels. */
  public static final String LEVELS = "levels";

  /** Name under which the mean loss of an epoch's outer rows is among its metrics. */
  public static final String OUTER_LOSS = "outerLoss";

  /** Name of the stage on all rows. */
  public static final String LAST = "last";

  private final LoopConfig config;
  private final BiLevelTask task;
  private final BiLevel levels;
  private final LoopListener listener;
  private final BooleanSupplier stopRequested;
  private final LongSupplier nanoTime;

  /**
   * A training.
   *
   * @param config of the lower level; the upper one has the same schedule and moments
   * @param task what is trained
   * @param levels how
   * @param listener hears how it goes
   * @param stopRequested asked before every step
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  public BiLevelTraining(
      LoopConfig config,
      BiLevelTask task,
      BiLevel levels,
      LoopListener listener,
      BooleanSupplier stopRequested,
      LongSupplier nanoTime) {
    this.config = config;
    this.task = task;
    this.levels = levels;
    this.listener = listener;
    this.stopRequested = stopRequested;
    this.nanoTime = nanoTime;
  }

  /**
   * Trains.
   *
   * @param checkpoints to write; null for none
   * @param resume continues from what is there; with as many threads, in the same bits as if it had
   *     never stopped
   * @return how it went, over both stages
   */
  public TrainingResult run(@Nullable Checkpoints checkpoints, boolean resume) {
    try (TwoLevels whole = new TwoLevels(config, task, levels)) {
      return new ProgressiveTraining(config, whole, stages(), listener, stopRequested, nanoTime)
          .run(checkpoints, resume);
    }
  }

  private List<Stage> stages() {
    int patience = config.selection().patience();
    List<Stage> stages = new ArrayList<>();
    stages.add(new Stage(LEVELS, 1, Phase.GROWING, true, config.epochs(), 1, patience));
    if (levels.lastEpochs() > 0) {
      stages.add(
          new Stage(
              LAST, 1, Phase.FIXED, true, levels.lastEpochs(), levels.lastRateFactor(), patience));
    }
    return stages;
  }
}
