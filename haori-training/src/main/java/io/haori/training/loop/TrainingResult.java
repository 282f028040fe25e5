package io.haori.training.loop;

import io.haori.inference.folder.EpochResult;
import java.util.List;

/**
 * How training went, what was done before a resume included.
 *
 * @param epochs finished
 * @param bestEpoch of the best score among those that training may end with, counted from 1, whose
 *     parameters are in place now unless it was interrupted; 0 when nothing was scored, then those
 *     of the last step are in place
 * @param history one entry a finished epoch
 * @param steps done
 * @param tokens read
 * @param seconds from start to end, without the pauses before a resume
 * @param tokensPerSecond over the steps alone, without validation and checkpoints
 * @param stoppedEarly whether patience ran out before the last epoch
 * @param interrupted whether it was asked to stop; the parameters of the last step are in place,
 *     and a checkpoint was written if there is a place for it
 */
public record TrainingResult(
    int epochs,
    int bestEpoch,
    List<EpochResult> history,
    int steps,
    long tokens,
    double seconds,
    double tokensPerSecond,
    boolean stoppedEarly,
    boolean interrupted) {
  /** Copies the history. */
  public TrainingResult {
    history = List.copyOf(history);
  }
}
