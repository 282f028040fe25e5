package io.haori.cli;

import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.PairedBootstrap;
import java.util.Arrays;
import java.util.Map;

/**
 * How one way of fitting a task came out.
 *
 * @param name of the way
 * @param validation scores by name
 * @param test scores by name
 * @param right for each test row whether its class was found; empty for a regression
 * @param trainable number of trained numbers
 * @param seconds that fitting took
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
record TaskFit(
    String name,
    Map<String, Double> validation,
    Map<String, Double> test,
    boolean[] right,
    long trainable,
    double seconds) {
  private static final int RESAMPLES = 2_000;

  /** The 95 % interval of this way's test accuracy less the other's. */
  Interval against(TaskFit other, long seed) {
    return difference(right, other.right, seed);
  }

  /** The 95 % interval of the first accuracy less the second, on the same rows. */
  static Interval difference(boolean[] first, boolean[] second, long seed) {
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
