package io.haori.training.loop;

import io.haori.inference.folder.EpochResult;
import java.nio.file.Path;

/** Hears how training goes, on the thread that trains. */
public interface LoopListener {
  /** Hears nothing. */
  LoopListener SILENT = new LoopListener() {};

  /**
   * One step.
   *
   * @param step counted from 1
   * @param steps of the whole training, when it does not stop early
   * @param epoch counted from 1
   * @param epochs at most
   * @param loss mean over the step's rows
   * @param gradientNorm before it was clipped
   * @param learningRate of this step
   * @param tokensPerSecond since this process began to train
   * @param secondsLeft estimated from the steps so far
   * @param waits batches so far that were not ready when their step came, behind the first
   */
  record Step(
      int step,
      int steps,
      int epoch,
      int epochs,
      double loss,
      double gradientNorm,
      double learningRate,
      double tokensPerSecond,
      double secondsLeft,
      long waits) {}

  /** After a step. */
  default void onStep(Step step) {}

  /**
   * After an epoch and its validation.
   *
   * @param result loss and metrics
   * @param best whether it is the best so far
   */
  default void onEpoch(EpochResult result, boolean best) {}

  /**
   * After a stage of progressive training.
   *
   * @param stage its name
   * @param kept whether it stays; false when it did not improve validation and was undone
   * @param before the metric that chooses epochs, before the stage; NaN when there is none
   * @param after the same, of the stage's best epoch
   */
  default void onStage(String stage, boolean kept, double before, double after) {}

  /**
   * Something about the run that a person may want to know.
   *
   * @param sentence to be shown
   */
  default void onNote(String sentence) {}

  /**
   * After a checkpoint was written.
   *
   * @param step that it continues after
   * @param folder where it is
   */
  default void onCheckpoint(int step, Path folder) {}
}
