package io.haori.server.engine;

import io.haori.analysis.drift.ObservedRow;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Task;
import java.util.List;

/**
 * What a request's rows gave.
 *
 * @param task of the head; of no meaning when vectors were wanted
 * @param predictions one a row; none when vectors were wanted
 * @param vectors one a row; none when predictions were wanted
 * @param tokens of all rows, special ones included
 * @param observed what is seen of each row; none when that was not wanted
 */
public record Computed(
    Task task,
    List<Prediction> predictions,
    List<float[]> vectors,
    long tokens,
    List<ObservedRow> observed) {
  /** Copies the lists. */
  public Computed {
    predictions = List.copyOf(predictions);
    vectors = List.copyOf(vectors);
    observed = List.copyOf(observed);
  }
}
