package io.haori.analysis.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good predicted numbers are; the formulas are at {@link Correlation}.
 *
 * @param pearson linear correlation with the truth; in [−1, 1]
 * @param spearman correlation of the ranks; in [−1, 1]
 * @param rmse root of the mean squared error, in the unit of the numbers; at least 0
 * @param mae mean absolute error, in the unit of the numbers; at least 0
 */
public record RegressionScores(double pearson, double spearman, double rmse, double mae)
    implements Scores {
  /**
   * Scores predictions.
   *
   * @param truth {@code [n]} the number of each row, finite
   * @param predicted {@code [n]} the predicted number of each row, finite
   * @return the scores
   */
  public static RegressionScores of(double[] truth, double[] predicted) {
    double pearson = Correlation.pearson(truth, predicted);
    double spearman = Correlation.spearman(truth, predicted);
    return new RegressionScores(
        pearson, spearman, rootMeanSquare(truth, predicted), meanAbsolute(truth, predicted));
  }

  private static double meanAbsolute(double[] truth, double[] predicted) {
    double sum = 0;
    for (int row = 0; row < truth.length; row++) {
      sum += Math.abs(predicted[row] - truth[row]) / truth.length;
    }
    return sum;
  }

  /** Of shares of the greatest error, so that no square is too large or too small for a double. */
  private static double rootMeanSquare(double[] truth, double[] predicted) {
    double greatest = 0;
    for (int row = 0; row < truth.length; row++) {
      greatest = Math.max(greatest, Math.abs(predicted[row] - truth[row]));
    }
    if (greatest == 0) {
      return 0;
    }
    double sum = 0;
    for (int row = 0; row < truth.length; row++) {
      double share = (predicted[row] - truth[row]) / greatest;
      sum += share * share;
    }
    return greatest * Math.sqrt(sum / truth.length);
  }

  @Override
  public Map<String, Double> byName() {
    var scores = new LinkedHashMap<String, Double>();
    scores.put("pearson", pearson);
    scores.put("spearman", spearman);
    scores.put("rmse", rmse);
    scores.put("mae", mae);
    return Collections.unmodifiableMap(scores);
  }

  @Override
  public double primary() {
    return pearson;
  }
}
