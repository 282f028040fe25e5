package io.haori.analysis.payback;

import static io.haori.core.check.Check.require;

/**
 * A number that is known roughly, with the triangular distribution between its ends.
 *
 * @param low the least it can be
 * @param likely its most likely value
 * @param high the most it can be
 */
public record Range(double low, double likely, double high) {
  /** Checks the order. */
  public Range {
    require(
        Double.isFinite(low) && Double.isFinite(high) && low <= likely && likely <= high,
        "a range",
        "low, likely, high in ascending order",
        low + ", " + likely + ", " + high);
  }

  /** A number that is known. */
  public static Range of(double value) {
    return new Range(value, value, value);
  }

  /** Whether anything is uncertain about it. */
  public boolean isOpen() {
    return low < high;
  }

  /**
   * The value below which a share of the distribution lies.
   *
   * <pre>{@code
   * p = (likely − low) / (high − low)
   * u < p:  low + √(u (high − low) (likely − low))
   * else:   high − √((1 − u) (high − low) (high − likely))
   * }</pre>
   *
   * @param u the share, in [0, 1]
   */
  public double quantile(double u) {
    if (!isOpen()) {
      return likely;
    }
    double width = high - low;
    return u * width < likely - low
        ? low + Math.sqrt(u * width * (likely - low))
        : high - Math.sqrt((1 - u) * width * (high - likely));
  }
}
