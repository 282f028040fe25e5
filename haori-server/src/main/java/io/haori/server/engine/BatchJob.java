package io.haori.server.engine;

import io.haori.inference.model.Positions;
import io.haori.inference.observe.ObservedRows;
import io.haori.inference.router.PreparedRows;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Rows of one request on their way through the queue. Used by the queue's thread alone. */
final class BatchJob {
  private final PreparedRows rows;
  private final int[] lengths;
  private final boolean vectorsWanted;
  private final boolean observed;
  private final Runnable release;
  private final long began;
  private final CompletableFuture<Computed> answer = new CompletableFuture<>();
  private final List<Prediction> predictions = new ArrayList<>();
  private final List<float[]> vectors = new ArrayList<>();
  private int next;

  /**
   * Rows that nobody computed yet.
   *
   * @param rows at least one
   * @param vectorsWanted in place of predictions
   * @param observed whether what is seen of the rows is wanted beside predictions
   * @param release lets go of what the rows' pass reads; called once, when nobody computes any more
   * @param began when it came, in nanoseconds
   */
  BatchJob(
      PreparedRows rows, boolean vectorsWanted, boolean observed, Runnable release, long began) {
    this.rows = rows;
    this.observed = observed;
    this.lengths = rows.rows().lengths();
    this.vectorsWanted = vectorsWanted;
    this.release = release;
    this.began = began;
  }

  CompletableFuture<Computed> answer() {
    return answer;
  }

  long began() {
    return began;
  }

  /** Tokens of the rows that are left. */
  long tokensLeft() {
    long tokens = 0;
    for (int row = next; row < lengths.length; row++) {
      tokens += lengths[row];
    }
    return tokens;
  }

  boolean isFinished() {
    return next == lengths.length;
  }

  /**
   * Takes the next rows.
   *
   * @param budget tokens that they may have together
   * @param atLeastOne whether one row is taken that has more
   * @return perhaps none
   */
  Slice take(long budget, boolean atLeastOne) {
    int first = next;
    long tokens = 0;
    while (next < lengths.length
        && (tokens + lengths[next] <= budget || (atLeastOne && next == first))) {
      tokens += lengths[next++];
    }
    return new Slice(this, first, next, tokens);
  }

  /**
   * Some rows of a job.
   *
   * @param job whose they are
   * @param first the first of them
   * @param end after the last of them
   * @param tokens of them
   */
  record Slice(BatchJob job, int first, int end, long tokens) {
    PreparedRows rows() {
      return job.rows.part(first, end);
    }

    int size() {
      return end - first;
    }
  }

  boolean vectorsWanted() {
    return vectorsWanted;
  }

  boolean isObserved() {
    return observed;
  }

  void add(List<Prediction> more) {
    predictions.addAll(more);
  }

  void add(float[][] more) {
    vectors.addAll(List.of(more));
  }

  Computed computed() {
    Task task = rows.pass().heads().labels().task();
    if (!observed) {
      return new Computed(task, predictions, vectors, rows.tokens(), List.of());
    }
    Positions positions = rows.pass().positions(rows.rows());
    float[][] states = vectors.toArray(float[][]::new);
    return new Computed(
        task,
        predictions,
        List.of(),
        rows.tokens(),
        ObservedRows.of(positions, states, predictions));
  }

  /** Lets go of what the rows' pass reads. */
  void release() {
    release.run();
  }
}
