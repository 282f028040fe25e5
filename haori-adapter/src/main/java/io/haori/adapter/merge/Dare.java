package io.haori.adapter.merge;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Merges updates by dropping numbers at random and scaling up the others, so that the expectation
 * is the weighted sum (DARE, Yu et al. 2024, arXiv 2311.03099, equation 3):
 *
 * <pre>{@code
 * Δ = Σ w_k · b_k ⊙ Δ_k / density      b_k ~ Bernoulli(density), each number for itself
 * }</pre>
 */
final class Dare {
  private Dare() {}

  /**
   * Merges.
   *
   * @param updates of one length; stay as they are
   * @param weights one an update
   * @param density chance that a number is kept, in (0, 1]; at 1 nothing is drawn
   * @param random one an update; asked once for each number in its order
   */
  static double[] merge(
      List<double[]> updates,
      double[] weights,
      double density,
      List<? extends RandomGenerator> random) {
    double[] merged = new double[updates.get(0).length];
    for (int k = 0; k < weights.length; k++) {
      double[] update = updates.get(k);
      double factor = weights[k] / density;
      for (int i = 0; i < merged.length; i++) {
        if (density == 1 || random.get(k).nextDouble() < density) {
          merged[i] += factor * update[i];
        }
      }
    }
    return merged;
  }
}
