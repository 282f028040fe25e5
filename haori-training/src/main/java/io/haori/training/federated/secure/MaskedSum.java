package io.haori.training.federated.secure;

import java.util.Map;

/**
 * Vectors that say nothing alone and give their exact sum together, modulo {@code 2⁶⁴}. Site i
 * hands in
 *
 * <pre>{@code
 * y_i = x_i + PRG(b_i) + Σ_{j > i} PRG(k_ij) − Σ_{j < i} PRG(k_ij)
 * }</pre>
 *
 * with a seed {@code b_i} of its own and a seed {@code k_ij} that it has agreed on with site j
 * (Bonawitz et al. 2017, section 4). In the sum of all sites the seeds of pairs cancel; those
 * between a site that handed in and one that was lost are taken out afterwards.
 */
public final class MaskedSum {
  private MaskedSum() {}

  /**
   * A site's vector with its masks.
   *
   * @param numbers {@code x_i}
   * @param site its name
   * @param own {@code b_i}, 32 bytes
   * @param pairs {@code k_ij} by name of the other site, 32 bytes each
   * @return {@code y_i}
   */
  public static long[] masked(long[] numbers, String site, byte[] own, Map<String, byte[]> pairs) {
    long[] masked = numbers.clone();
    MaskStream.add(masked, own, 1);
    pairs.forEach((other, seed) -> MaskStream.add(masked, seed, sign(site, other)));
    return masked;
  }

  private static int sign(String site, String other) {
    int order = site.compareTo(other);
    if (order == 0) {
      throw new IllegalArgumentException("two sites are called " + site);
    }
    return order < 0 ? 1 : -1;
  }

  /**
   * Adds a site's vector to a sum.
   *
   * @param sum changed in place
   * @param masked as long
   */
  public static void add(long[] sum, long[] masked) {
    if (sum.length != masked.length) {
      throw new IllegalArgumentException(masked.length + " numbers to " + sum.length);
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] += masked[i];
    }
  }

  /**
   * Takes a site's own mask out of a sum.
   *
   * @param sum changed in place
   * @param own {@code b_i}
   */
  public static void withoutOwn(long[] sum, byte[] own) {
    MaskStream.add(sum, own, -1);
  }

  /**
   * Takes the mask that a site has with a lost one out of a sum.
   *
   * @param sum changed in place
   * @param site whose vector is in the sum
   * @param lost whose vector is not
   * @param pair their seed
   */
  public static void withoutPair(long[] sum, String site, String lost, byte[] pair) {
    MaskStream.add(sum, pair, -sign(site, lost));
  }
}
