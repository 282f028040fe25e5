package io.haori.training.unlabelled;

import static io.haori.core.check.Check.require;

import io.haori.inference.model.TextEmbedder;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The order in which to label texts, so that few labels teach much: the next text is the one whose
 * uncertainty times its distance from all that come before it is greatest (greedy; after Ash et al.
 * 2020, arXiv 1906.03671, who multiply the same two with gradients).
 *
 * <pre>{@code
 * uncertainty = −Σ p log p / log classes        distance = min over those before of 1 − cosine
 * }</pre>
 */
public final class LabelOrder {
  private LabelOrder() {}

  /**
   * A text to label.
   *
   * @param row its index
   * @param guess the label that the model would give
   * @param uncertainty in [0, 1]
   * @param distance from the nearest text before it, in [0, 2]; 1 for the first
   */
  public record Pick(int row, String guess, double uncertainty, double distance) {}

  /**
   * The first texts to label.
   *
   * @param model of one class a text, such as {@link LabelPrototypes} or an earlier fit
   * @param rows texts without labels; those of one domain, or with their domains
   * @param count how many are wanted, at least 1; all when there are fewer
   * @return in the order in which to label them
   */
  public static List<Pick> of(TextModel model, List<Row> rows, int count) {
    require(count >= 1, "count", "at least 1", count);
    List<Prediction> predictions = model.predictRows(rows);
    double[] uncertainty = new double[rows.size()];
    List<String> guesses = new ArrayList<>();
    for (int row = 0; row < uncertainty.length; row++) {
      Prediction prediction = predictions.get(row);
      uncertainty[row] = entropy(prediction.probabilities().values());
      guesses.add(prediction.label());
    }
    float[][] vectors =
        new TextEmbedder(model.base(), model.module(), model.options(), true).vectors(rows);
    return of(vectors, uncertainty, guesses, count);
  }

  static List<Pick> of(float[][] vectors, double[] uncertainty, List<String> guesses, int count) {
    double[] distance = new double[vectors.length];
    Arrays.fill(distance, 1);
    boolean[] taken = new boolean[vectors.length];
    List<Pick> picks = new ArrayList<>();
    while (picks.size() < Math.min(count, vectors.length)) {
      int best = -1;
      for (int row = 0; row < vectors.length; row++) {
        if (!taken[row]
            && (best < 0
                || uncertainty[row] * distance[row] > uncertainty[best] * distance[best])) {
          best = row;
        }
      }
      picks.add(new Pick(best, guesses.get(best), uncertainty[best], distance[best]));
      taken[best] = true;
      for (int row = 0; row < vectors.length; row++) {
        double away = 1 - product(vectors[row], vectors[best]);
        distance[row] = picks.size() == 1 ? away : Math.min(distance[row], away);
      }
    }
    return picks;
  }

  private static double entropy(Iterable<Double> probabilities) {
    double sum = 0;
    int classes = 0;
    for (double p : probabilities) {
      sum -= p > 0 ? p * Math.log(p) : 0;
      classes++;
    }
    return classes < 2 ? 0 : sum / Math.log(classes);
  }

  private static double product(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
