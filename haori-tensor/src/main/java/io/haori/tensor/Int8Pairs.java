package io.haori.tensor;

import io.haori.core.weights.DType;

/**
 * Scales of a weight's rows under which the codes of two neighbours, in a row or in a column, never
 * sum up to more than {@value #LARGEST_SUM}, see {@link Int8Codes#PAIRED}. Neighbours are those
 * whose products the processor adds in 16 bits: columns, and for the gradient rows, {@code 2j} and
 * {@code 2j + 1}.
 *
 * <pre>{@code
 * s[o]      = max over j of max(|W[o, 2j]|, |W[o, 2j+1]|, |W[o, 2j] + W[o, 2j+1]|) / 127
 * t[r]      = max(1, max over i of |W[2r, i] / s[2r] + W[2r+1, i] / s[2r+1]| / 127)
 * scales[o] = s[o] · t[o / 2]
 * }</pre>
 *
 * Rounding adds at most 1/2 to each of the two codes, so a sum of 127 becomes 128 at most. For rows
 * of normal numbers the scales are about 1.5 times those of {@link Int8#quantise}.
 */
final class Int8Pairs {
  /** Of two neighbouring codes: 255 times it fits into 16 bits with their sign. */
  static final int LARGEST_SUM = 128;

  private static final double BEFORE_ROUNDING = LARGEST_SUM - 1;

  private Int8Pairs() {}

  /**
   * The scales.
   *
   * @param weight F32 {@code [o, i]}
   * @return F32 {@code [o, 1]}, above 0
   */
  static Tensor scales(Tensor weight) {
    long rows = weight.size(0);
    Tensor largest = weight.abs().max(1);
    long pairs = weight.size(1) / 2;
    if (pairs > 0) {
      Tensor neighbours = weight.narrow(1, 0, 2 * pairs).reshape(rows, pairs, 2);
      largest.maxInPlace(neighbours.select(2, 0).add(neighbours.select(2, 1)).abs().max(1));
    }
    Tensor scales = largest.mulInPlace(1 / BEFORE_ROUNDING).atLeastInPlace(Float.MIN_NORMAL);
    long twins = rows / 2;
    if (twins > 0) {
      Tensor both = weight.div(scales).narrow(0, 0, 2 * twins).view(twins, 2, weight.size(1));
      Tensor sums = both.select(1, 0).add(both.select(1, 1)).abs().max(1);
      Tensor factors = sums.mulInPlace(1 / BEFORE_ROUNDING).atLeastInPlace(1);
      scales.narrow(0, 0, 2 * twins).view(twins, 2).mulInPlace(factors.to(DType.F32));
    }
    return scales;
  }
}
