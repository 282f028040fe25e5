package io.haori.inference.anomaly;

import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.Arrays;
import java.util.Random;

/**
 * Chooses few points that are near all others: the one that is farthest from those chosen, again
 * and again (k-center; Sener and Savarese 2018, arXiv 1708.00489), with distances between random
 * projections (Johnson and Lindenstrauss 1984), as in algorithm 1 of PatchCore.
 */
final class GreedyCoreset {
  /** Width of the projections; narrower points are not projected. */
  private static final int PROJECTED = 128;

  private GreedyCoreset() {}

  /**
   * Chooses points.
   *
   * @param points {@code [n, width]} F32
   * @param count how many, from 1 to n
   * @param seed of the first point and of the projection
   * @return {@code [count]} indices in the order in which they were chosen
   */
  static int[] choose(Tensor points, int count, long seed) {
    int n = (int) points.size(0);
    Random random = new Random(seed);
    int[] chosen = new int[count];
    float[] nearest = new float[n];
    Arrays.fill(nearest, Float.POSITIVE_INFINITY);
    try (Scope all = Scope.open()) {
      Tensor near = projected(points, random);
      float[] squares = near.square().sum(1, false).toFloats();
      int next = random.nextInt(n);
      for (int i = 0; i < count; i++) {
        chosen[i] = next;
        float[] products;
        try (Scope scope = Scope.open()) {
          products = near.matmul(near.narrow(0, next, 1).t()).toFloats();
        }
        int farthest = 0;
        for (int row = 0; row < n; row++) {
          float distance = squares[row] + squares[next] - 2 * products[row];
          nearest[row] = Math.min(nearest[row], distance);
          // Rounding must not choose a point twice.
          nearest[row] = row == next ? Float.NEGATIVE_INFINITY : nearest[row];
          farthest = nearest[row] > nearest[farthest] ? row : farthest;
        }
        next = farthest;
      }
    }
    return chosen;
  }

  private static Tensor projected(Tensor points, Random random) {
    long width = points.size(1);
    // Lengths do not change what is farthest, so the projection is not scaled.
    return width <= PROJECTED ? points : points.matmul(Tensors.normal(random, 1, width, PROJECTED));
  }
}
