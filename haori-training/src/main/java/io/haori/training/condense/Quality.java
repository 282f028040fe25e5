package io.haori.training.condense;

import io.haori.training.data.DataFile;
import io.haori.training.data.TaskKind;
import io.haori.training.task.Predictions;
import io.haori.training.task.TextPass;
import java.util.Map;

/**
 * How well labelled rows are answered.
 *
 * @param scores by name, such as {@code accuracy}
 * @param loss mean cross entropy in nats; for numbers the mean squared error
 */
public record Quality(Map<String, Double> scores, double loss) {
  /** The least probability that a logarithm is taken of: what F32 still tells from zero. */
  private static final double LEAST = 1e-38;

  /** Copies the scores. */
  public Quality {
    scores = Map.copyOf(scores);
  }

  /** Of a pass on rows that were read with the labels of its heads. */
  public static Quality of(TextPass pass, DataFile rows) {
    Predictions predictions = Predictions.of(pass, rows);
    return new Quality(predictions.scores().byName(), loss(predictions));
  }

  private static double loss(Predictions predictions) {
    boolean numbers = predictions.labels().kind() == TaskKind.REGRESSION;
    float[][] answers = predictions.answers();
    double sum = 0;
    for (int row = 0; row < answers.length; row++) {
      if (numbers) {
        double error = predictions.numbers()[row] - predictions.targets().values()[row];
        sum += error * error;
      } else {
        int wanted = predictions.targets().classes()[row];
        // A label that the model does not know has no probability.
        double right = wanted < answers[row].length ? answers[row][wanted] : 0;
        sum -= Math.log(Math.max(right, LEAST));
      }
    }
    return answers.length == 0 ? 0 : sum / answers.length;
  }
}
