package io.haori.analysis.statistics;

/**
 * An estimate with the interval in which it would lie were the data drawn again.
 *
 * @param estimate what was found on the data as they are
 * @param low lower end, 2.5 % lie below
 * @param high upper end, 2.5 % lie above
 */
public record Interval(double estimate, double low, double high) {
  /**
   * Whether the interval leaves 0 out, so that the difference is more than chance at 5 %.
   *
   * @return true when both ends are on one side of 0
   */
  public boolean excludesZero() {
    return low > 0 || high < 0;
  }
}
