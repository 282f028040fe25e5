package io.haori.analysis.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good predicted numbers are; the formulas stand at {@link Correlation}.
 *
 * @param pearson linear correlation with the truth; in [−1, 1]
 * @param spearman correlation of the ranks; in [−1, 1]
 */
public record RegressionScores(double pearson, double spearman) implements Scores {
  /**
   * Scores predictions.
   *
   * @param truth {@code [n]} the number of each row, finite
   * @param predicted {@code [n]} the predicted number of each row, finite
   * @return the scores
   */
  public static RegressionScores of(double[] truth, double[] predicted) {
    return new RegressionScores(
        Correlation.pearson(truth, predicted), Correlation.spearman(truth, predicted));
  }

  @Override
  public Map<String, Double> byName() {
    var scores = new LinkedHashMap<String, Double>();
    scores.put("pearson", pearson);
    scores.put("spearman", spearman);
    return Collections.unmodifiableMap(scores);
  }

  @Override
  public double primary() {
    return pearson;
  }
}
