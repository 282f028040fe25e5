package io.haori.training.checkpoint;

import io.haori.inference.folder.EpochResult;
import java.util.List;

/**
 * State of training between two steps. There is no state of a random generator in it: whatever is
 * random is a function of seed, epoch and batch.
 *
 * @param step steps done
 * @param epoch the present one, counted from 1; one above the last when all are done
 * @param batch the next one in it, counted from 0
 * @param lossSum of the rows' losses in this epoch so far
 * @param tokens read so far
 * @param seconds of work so far
 * @param stepSeconds of these, spent in steps
 * @param bestEpoch counted from 1; 0 when nothing was scored yet
 * @param history one entry a finished epoch
 */
public record Progress(
    int step,
    int epoch,
    int batch,
    double lossSum,
    long tokens,
    double seconds,
    double stepSeconds,
    int bestEpoch,
    List<EpochResult> history) {
  /** Before the first step. */
  public static final Progress START = new Progress(0, 1, 0, 0, 0, 0, 0, 0, List.of());

  /** Copies the history. */
  public Progress {
    history = List.copyOf(history);
  }
}
