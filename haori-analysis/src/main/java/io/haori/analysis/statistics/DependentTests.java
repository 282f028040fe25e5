package io.haori.analysis.statistics;

import java.util.Arrays;

/** One p-value out of several tests of the same question that depend on each other. */
public final class DependentTests {
  private DependentTests() {}

  /**
   * Combines p-values, for example of one test a seed on the same rows: the k-th smallest of m
   * times {@code m / k}, with k just above one half of m (Rüger 1978, "Das maximale
   * Signifikanzniveau des Tests: Lehne H0 ab, wenn k unter n gegebenen Tests zur Ablehnung
   * führen"). It holds its level however the tests depend, as pooling their counts would not.
   *
   * @param pValues one of each test, in [0, 1]; at least one
   * @return at most 1; the p-value itself when there is one
   */
  public static double combined(double... pValues) {
    if (pValues.length == 0) {
      throw new IllegalArgumentException("nothing to combine");
    }
    double[] sorted = pValues.clone();
    Arrays.sort(sorted);
    int place = placeOf(sorted.length);
    return Math.min(1, sorted[place - 1] * sorted.length / place);
  }

  /**
   * By how much the combination raises equal p-values.
   *
   * @param tests how many there are; at least 1
   * @return in [1, 2)
   */
  public static double price(int tests) {
    return (double) tests / placeOf(tests);
  }

  private static int placeOf(int tests) {
    return tests / 2 + 1;
  }
}
