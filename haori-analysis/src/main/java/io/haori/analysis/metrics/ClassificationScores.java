package io.haori.analysis.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good predicted classes are; the formulas are at {@link ConfusionMatrix}.
 *
 * @param accuracy share of rows whose class was predicted; in [0, 1]
 * @param macroF1 mean of the classes' F1; in [0, 1]
 * @param microF1 F1 of all decisions pooled; in [0, 1]
 * @param mcc Matthews correlation; in [−1, 1]
 */
public record ClassificationScores(double accuracy, double macroF1, double microF1, double mcc)
    implements Scores {
  /**
   * Scores predictions.
   *
   * @param truth {@code [n]} class of each row, in [0, classes)
   * @param predicted {@code [n]} predicted class of each row, in [0, classes)
   * @param classes how many classes there are
   * @return the scores
   */
  public static ClassificationScores of(int[] truth, int[] predicted, int classes) {
    return of(ConfusionMatrix.of(truth, predicted, classes));
  }

  /**
   * Scores counted predictions.
   *
   * @param confusion the counts
   * @return the scores
   */
  public static ClassificationScores of(ConfusionMatrix confusion) {
    return new ClassificationScores(
        confusion.accuracy(), confusion.macroF1(), confusion.microF1(), confusion.matthews());
  }

  @Override
  public Map<String, Double> byName() {
    var scores = new LinkedHashMap<String, Double>();
    scores.put("accuracy", accuracy);
    scores.put("macroF1", macroF1);
    scores.put("microF1", microF1);
    scores.put("mcc", mcc);
    return Collections.unmodifiableMap(scores);
  }

  @Override
  public double primary() {
    return accuracy;
  }
}
