package io.haori.cli.tune;

import io.haori.analysis.comparison.Answers;
import io.haori.analysis.report.Figures;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.PairedBootstrap;
import java.util.Arrays;
import java.util.Map;

/**
 * The result of one way of fitting a task.
 *
 * @param name of the way
 * @param validation scores by name
 * @param test scores by name
 * @param answers what is predicted
 * @param truth {@code [rows]} for each test row the index of the right class, or the right number
 * @param predicted {@code [rows]} for each test row the answer
 * @param trainable number of trained numbers
 * @param seconds that fitting took
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record TaskFit(
    String name,
    Map<String, Double> validation,
    Map<String, Double> test,
    Answers answers,
    double[] truth,
    double[] predicted,
    long trainable,
    double seconds) {
  private static final int RESAMPLES = 2_000;

  /** For each test row whether the answer is exactly the right one. */
  public boolean[] right() {
    boolean[] right = new boolean[truth.length];
    for (int row = 0; row < right.length; row++) {
      right[row] = truth[row] == predicted[row];
    }
    return right;
  }

  /** How a difference of two scores is written. */
  Figures figures() {
    return answers == Answers.CLASSES ? Figures.PERCENT : Figures.PLAIN;
  }

  /**
   * The 95 % interval of this way's test score less the other's: accuracy, or Pearson correlation.
   */
  public Interval against(TaskFit other, long seed) {
    if (answers == Answers.CLASSES) {
      return difference(right(), other.right(), seed);
    }
    return new PairedBootstrap(RESAMPLES, seed)
        .correlation(truth, new double[][] {predicted}, new double[][] {other.predicted})
        .interval();
  }

  /** The 95 % interval of the first accuracy less the second, on the same rows. */
  public static Interval difference(boolean[] first, boolean[] second, long seed) {
    int[] truth = new int[first.length];
    Arrays.fill(truth, 1);
    return new PairedBootstrap(RESAMPLES, seed)
        .accuracyDifference(truth, numbers(first), numbers(second));
  }

  private static int[] numbers(boolean[] right) {
    int[] numbers = new int[right.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = right[i] ? 1 : 0;
    }
    return numbers;
  }
}
