package io.haori.training.loop;

import io.haori.tensor.group.ReduceGroup;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.optim.AdamW;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains a task: epochs of steps, a validation after each epoch, the best epoch's parameters at the
 * end.
 *
 * <pre>{@code
 * var checkpoints = new Checkpoints(out.resolve("checkpoint"), settings);
 * TrainingResult result = new TrainingLoop(config, task).run(checkpoints, resume);
 * }</pre>
 */
public final class TrainingLoop {
  private final LoopConfig config;
  private final TrainingTask task;
  private final LoopListener listener;
  private final BooleanSupplier stopRequested;
  private final LongSupplier nanoTime;
  private ReduceGroup group = ReduceGroup.ALONE;

  /**
   * A loop that reports nothing and is never asked to stop.
   *
   * @param config what can be chosen
   * @param task what is trained
   */
  public TrainingLoop(LoopConfig config, TrainingTask task) {
    this(config, task, LoopListener.SILENT, () -> false, System::nanoTime);
  }

  /**
   * A loop.
   *
   * @param config what can be chosen
   * @param task what is trained
   * @param listener hears how it goes
   * @param stopRequested asked before every step; once it says true, a checkpoint is written and
   *     the run ends
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  public TrainingLoop(
      LoopConfig config,
      TrainingTask task,
      LoopListener listener,
      BooleanSupplier stopRequested,
      LongSupplier nanoTime) {
    this.config = config;
    this.task = task;
    this.listener = listener;
    this.stopRequested = stopRequested;
    this.nanoTime = nanoTime;
  }

  /**
   * Trains as a member of a group: each computes its part of every batch, gradients and losses are
   * added up before each step, and what is decided (scores, stops) is decided by the member 0 for
   * all. The task gives the parts.
   *
   * @param newGroup whose members run the same loop on the same task; stays open
   */
  public TrainingLoop in(ReduceGroup newGroup) {
    group = newGroup;
    return this;
  }

  /** Trains without checkpoints. */
  public TrainingResult run() {
    return run(null);
  }

  /**
   * Trains.
   *
   * @param checkpoints where they are written; those of an earlier run there are replaced
   * @param resume continues from the checkpoint there; from the start if there is none
   * @return how it went
   * @throws io.haori.core.check.UserError when the loss or a gradient is not finite, or the
   *     checkpoint was made with other settings or cannot be read or written
   */
  public TrainingResult run(Checkpoints checkpoints, boolean resume) {
    Checkpoints complete = checkpoints.withSettings(settings());
    return run(new TrainingRun.CheckpointUse(complete, resume));
  }

  private TrainingResult run(TrainingRun.@Nullable CheckpointUse saved) {
    try (AdamW optimizer = new AdamW(config.optimizer(), task.parameterGroups());
        TrainingRun run =
            new TrainingRun(config, task, optimizer, listener, stopRequested, nanoTime, saved)) {
      run.in(group);
      return run.toEnd();
    }
  }

  /** What the result depends on besides the settings that the caller knows. */
  private RunSettings settings() {
    return config.runSettings().and(Map.of("training.steps", config.steps(task)));
  }
}
