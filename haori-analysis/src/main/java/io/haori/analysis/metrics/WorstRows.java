package io.haori.analysis.metrics;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The rows that a person should look at first: where a model is wrong and sure, or far off. */
public final class WorstRows {
  private WorstRows() {}

  /**
   * The wrong answers of which the model is most sure.
   *
   * @param truth {@code [n]} class of each row
   * @param predicted {@code [n]} answered class of each row
   * @param probability {@code [n]} probability of the answered class
   * @param most how many are wanted at most
   * @return indices of rows, the surest first, of equals the earlier row first
   */
  public static int[] mostConfident(
      double[] truth, double[] predicted, double[] probability, int most) {
    return worst(
        IntStream.range(0, truth.length).filter(row -> truth[row] != predicted[row]),
        probability,
        most);
  }

  /**
   * The answers that are furthest from the truth.
   *
   * @param truth {@code [n]} the right number of each row
   * @param predicted {@code [n]} the answered number of each row
   * @param most how many are wanted at most
   * @return indices of rows, the largest error first, of equals the earlier row first
   */
  public static int[] largestErrors(double[] truth, double[] predicted, int most) {
    double[] errors = new double[truth.length];
    for (int row = 0; row < errors.length; row++) {
      errors[row] = Math.abs(predicted[row] - truth[row]);
    }
    return worst(IntStream.range(0, truth.length).filter(row -> errors[row] > 0), errors, most);
  }

  private static int[] worst(IntStream rows, double[] size, int most) {
    return rows.boxed()
        .sorted(Comparator.comparingDouble((Integer row) -> -size[row]))
        .limit(most)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
