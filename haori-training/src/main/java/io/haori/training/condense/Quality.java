package io.haori.training.condense;

import io.haori.inference.model.TextPass;
import io.haori.training.data.DataFile;
import io.haori.training.task.answer.Predictions;
import java.util.Arrays;
import java.util.Map;

/**
 * How well labelled rows are answered.
 *
 * @param scores by name, such as {@code accuracy}
 * @param loss mean of the rows' losses as the task has them, such as cross entropy in nats
 */
public record Quality(Map<String, Double> scores, double loss) {
  /** Copies the scores. */
  public Quality {
    scores = Map.copyOf(scores);
  }

  /** Of a pass on rows that were read with the labels of its heads. */
  public static Quality of(TextPass pass, DataFile rows) {
    Predictions predictions = Predictions.of(pass, rows);
    double mean = Arrays.stream(predictions.losses()).average().orElse(0);
    return new Quality(predictions.scores().byName(), mean);
  }
}
