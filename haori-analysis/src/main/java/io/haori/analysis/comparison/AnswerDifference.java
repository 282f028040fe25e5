package io.haori.analysis.comparison;

import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.PairedBootstrap;
import java.util.Arrays;

/**
 * The difference of two models' scores on the same rows, with its 95 % interval: a bootstrap that
 * draws rows, each with both answers.
 */
public final class AnswerDifference {
  private static final int RESAMPLES = 2_000;

  private AnswerDifference() {}

  /**
   * The first score less the second: Pearson correlations of numbers, else the shares of rows that
   * are right in all their parts.
   *
   * @param answers what was predicted
   * @param truth {@code [rows]} the right answers
   * @param first {@code [rows]} answers of one model
   * @param second {@code [rows]} answers of the other
   * @param seed where the bootstrap begins
   * @throws IllegalArgumentException when the lengths differ or there are no rows
   */
  public static Interval of(
      Answers answers, double[] truth, double[] first, double[] second, long seed) {
    requireSameLength(truth.length, first.length);
    requireSameLength(truth.length, second.length);
    return answers == Answers.NUMBERS
        ? new PairedBootstrap(RESAMPLES, seed)
            .correlation(truth, new double[][] {first}, new double[][] {second})
            .interval()
        : ofAccuracies(right(truth, first), right(truth, second), seed);
  }

  /**
   * The first accuracy less the second, in shares of 1.
   *
   * @param first {@code [rows]} whether one model is right
   * @param second {@code [rows]} whether the other is
   * @param seed where the bootstrap begins
   * @throws IllegalArgumentException when the lengths differ or there are no rows
   */
  public static Interval ofAccuracies(boolean[] first, boolean[] second, long seed) {
    requireSameLength(first.length, second.length);
    int[] truth = new int[first.length];
    Arrays.fill(truth, 1);
    return new PairedBootstrap(RESAMPLES, seed)
        .accuracyDifference(truth, numbers(first), numbers(second));
  }

  /**
   * The first share less the second, such as two F1.
   *
   * @param first {@code [2][rows]} what each row adds to both sides of one model's share
   * @param second {@code [2][rows]} the same of the other
   * @param seed where the bootstrap begins
   * @throws IllegalArgumentException when the lengths differ or there are no rows
   */
  public static Interval ofShares(double[][] first, double[][] second, long seed) {
    return new PairedBootstrap(RESAMPLES, seed)
        .shares(new double[][][] {first}, new double[][][] {second})
        .interval();
  }

  /**
   * For each row whether an answer is exactly the right one.
   *
   * @param truth {@code [rows]} the right answers
   * @param predicted {@code [rows]} the answers
   * @throws IllegalArgumentException when the lengths differ or there are no rows
   */
  public static boolean[] right(double[] truth, double[] predicted) {
    requireSameLength(truth.length, predicted.length);
    boolean[] right = new boolean[truth.length];
    for (int row = 0; row < right.length; row++) {
      right[row] = truth[row] == predicted[row];
    }
    return right;
  }

  private static void requireSameLength(int rows, int answers) {
    if (rows != answers || rows == 0) {
      throw new IllegalArgumentException(
          "both must have the same rows, at least one, got " + rows + " and " + answers);
    }
  }

  private static int[] numbers(boolean[] right) {
    int[] numbers = new int[right.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = right[i] ? 1 : 0;
    }
    return numbers;
  }
}
