package io.haori.training.multidomain;

import java.util.random.RandomGenerator;

/**
 * Projecting conflicting gradients (PCGrad; Yu et al. 2020, arXiv 2001.06782, algorithm 1): from
 * each domain's gradient, the part that goes against another one's is taken away, the others in
 * random order.
 *
 * <p>What comes out is a weighted sum of the gradients that go in, so the weights are found from
 * their products alone: {@code g_i · g_j} below 0 takes {@code (g_i · g_j) / ‖g_j‖² g_j} away.
 */
final class GradientSurgery {
  private GradientSurgery() {}

  /**
   * The weights of the gradients in the sum of the projected ones.
   *
   * @param products {@code [n][n]} inner products of the gradients
   * @param random decides the order of the others
   * @return {@code [n]}; all 1 when no two gradients conflict
   */
  static double[] weights(double[][] products, RandomGenerator random) {
    int count = products.length;
    double[] sums = new double[count];
    for (int own = 0; own < count; own++) {
      double[] parts = new double[count];
      parts[own] = 1;
      for (int other : shuffled(count, random)) {
        double norm = products[other][other];
        if (other == own || norm == 0) {
          continue;
        }
        double against = 0;
        for (int i = 0; i < count; i++) {
          against += parts[i] * products[i][other];
        }
        if (against < 0) {
          parts[other] -= against / norm;
        }
      }
      for (int i = 0; i < count; i++) {
        sums[i] += parts[i];
      }
    }
    return sums;
  }

  private static int[] shuffled(int count, RandomGenerator random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }
}
