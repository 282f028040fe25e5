package io.haori.training.federated.secure;

import static io.haori.core.check.Check.require;

/**
 * Numbers as whole multiples of {@code 2⁻³²}, whose sums are exact modulo {@code 2⁶⁴} and do not
 * depend on their order.
 */
public final class FixedPoint {
  /** What a number is multiplied with. */
  static final double SCALE = 4294967296.0;

  /** So much a whole sum may be, in multiples: a bit is left for the sign, one to be sure. */
  private static final double MOST = 0x1p62;

  private FixedPoint() {}

  /**
   * A number as the nearest multiple.
   *
   * @param what names the number, for the message
   * @param value finite
   * @param sites how many such numbers are added at most
   * @throws io.haori.core.check.UserError when a sum of them might not fit
   */
  public static long of(String what, double value, int sites) {
    double most = MOST / SCALE / sites;
    require(Math.abs(value) <= most, what, "in [−" + most + ", " + most + "]", value);
    return (long) Math.rint(value * SCALE);
  }

  /** The number that multiples make. */
  public static double toDouble(long multiples) {
    return multiples / SCALE;
  }
}
