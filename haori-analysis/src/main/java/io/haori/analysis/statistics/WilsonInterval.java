package io.haori.analysis.statistics;

import org.hipparchus.stat.interval.BinomialProportion;
import org.hipparchus.stat.interval.ConfidenceInterval;

/** The interval of a share that was counted, such as an accuracy (Wilson 1927). */
public final class WilsonInterval {
  private static final double LEVEL = 0.95;

  private WilsonInterval() {}

  /**
   * The 95 % interval of a share.
   *
   * @param count rows that have the property, for example rows answered right; in [0, rows]
   * @param rows all of them; at least 1
   * @return the share with its interval, within [0, 1]
   */
  public static Interval of(int count, int rows) {
    if (rows < 1 || count < 0 || count > rows) {
      throw new IllegalArgumentException(
          "count must be in [0, rows] with rows at least 1, got " + count + " of " + rows);
    }
    double share = (double) count / rows;
    ConfidenceInterval interval = BinomialProportion.getWilsonScoreInterval(rows, share, LEVEL);
    return new Interval(
        share, Math.max(0, interval.getLowerBound()), Math.min(1, interval.getUpperBound()));
  }
}
