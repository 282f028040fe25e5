package io.haori.training.augment;

import java.util.SplittableRandom;

/**
 * Mixed vectors instead of those of single rows (Zhang et al. 2018, arXiv 1710.09412; of hidden
 * states Verma et al. 2019, arXiv 1806.05236):
 *
 * <pre>{@code
 * x' = λ xᵢ + (1 − λ) xⱼ        λ uniform in [0, 1]
 * }</pre>
 *
 * with another row {@code j} of the batch for each row {@code i}, of the same head. The loss {@code
 * λ L(x', yᵢ) + (1 − λ) L(x', yⱼ)} is taken in the mean: the label is {@code yᵢ} with the
 * probability {@code λ}, else {@code yⱼ}.
 *
 * @param shares {@code [n, n]} row by row: what of each row is in each mixed one
 * @param labelled {@code [n]} the row whose label each mixed one has
 */
@SuppressWarnings("ArrayRecordComponent") // Made for one step, never compared.
public record Mixup(float[] shares, int[] labelled) {
  /**
   * Draws one.
   *
   * @param heads {@code [n]} the head of each row
   * @param random decides
   */
  public static Mixup of(int[] heads, SplittableRandom random) {
    int n = heads.length;
    float[] shares = new float[n * n];
    int[] labelled = new int[n];
    for (int row = 0; row < n; row++) {
      int other = other(row, heads, random);
      double share = random.nextDouble();
      shares[row * n + row] += (float) share;
      shares[row * n + other] += (float) (1 - share);
      labelled[row] = random.nextDouble() < share ? row : other;
    }
    return new Mixup(shares, labelled);
  }

  /** Another row of the same head; the row itself where it is alone. */
  private static int other(int row, int[] heads, SplittableRandom random) {
    int begin = random.nextInt(heads.length);
    for (int i = 0; i < heads.length; i++) {
      int other = (begin + i) % heads.length;
      if (other != row && heads[other] == heads[row]) {
        return other;
      }
    }
    return row;
  }
}
