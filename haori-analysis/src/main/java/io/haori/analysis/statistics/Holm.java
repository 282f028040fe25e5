package io.haori.analysis.statistics;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Holm's correction for many tests at once (Holm 1979): it holds the chance of even one false alarm
 * at the level that a single test has, and is never weaker than Bonferroni's.
 */
public final class Holm {
  private Holm() {}

  /**
   * Corrects p-values: the k-th smallest of m is multiplied by {@code m − k + 1}, made no smaller
   * than those before it, and cut at 1.
   *
   * @param pValues one of each test, in [0, 1]; not changed
   * @return the corrected ones in the same order
   */
  public static double[] adjust(double... pValues) {
    int tests = pValues.length;
    var smallestFirst = new Integer[tests];
    for (int i = 0; i < tests; i++) {
      if (!(pValues[i] >= 0 && pValues[i] <= 1)) {
        throw new IllegalArgumentException(
            "pValues[" + i + "] must be in [0, 1], got " + pValues[i]);
      }
      smallestFirst[i] = i;
    }
    Arrays.sort(smallestFirst, Comparator.comparingDouble(i -> pValues[i]));
    var adjusted = new double[tests];
    double floor = 0;
    for (int rank = 0; rank < tests; rank++) {
      int test = smallestFirst[rank];
      floor = Math.max(floor, Math.min(1, (tests - rank) * pValues[test]));
      adjusted[test] = floor;
    }
    return adjusted;
  }
}
