package io.haori.analysis.statistics;

import org.hipparchus.stat.descriptive.moment.Mean;
import org.hipparchus.stat.descriptive.moment.StandardDeviation;

/**
 * Mean and spread of a few runs.
 *
 * @param count how many runs; at least 1
 * @param mean their mean
 * @param standardDeviation the sample standard deviation {@code sqrt(Σ (x − x̄)² / (n − 1))}; 0 for
 *     one run, of whose spread nothing is known
 */
public record Summary(int count, double mean, double standardDeviation) {
  /**
   * Summarises runs.
   *
   * @param values one number a run; at least one
   * @return their summary
   */
  public static Summary of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a summary needs at least one value");
    }
    return new Summary(
        values.length, new Mean().evaluate(values), new StandardDeviation(true).evaluate(values));
  }
}
