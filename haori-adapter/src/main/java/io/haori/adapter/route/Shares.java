package io.haori.adapter.route;

import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.stream.IntStream;

/** Softmax over the few largest scores. */
final class Shares {
  private Shares() {}

  /**
   * The shares of each row:
   *
   * <pre>{@code
   * g_k = exp(s_k / T) / Σ_{j among the top} exp(s_j / T)      0 for all others
   * }</pre>
   *
   * @param scores F32 {@code [n, k]}
   * @param top how many get a share at most; of equal scores the first
   * @param temperature T, above 0
   * @return F32 {@code [n, k]}; each row sums to 1
   */
  static Tensor of(Tensor scores, int top, double temperature) {
    int width = (int) scores.size(1);
    if (top >= width) {
      return scores.mul(1 / temperature).softmax();
    }
    float[] all = scores.toFloats();
    float[] shares = new float[all.length];
    for (int from = 0; from < all.length; from += width) {
      int start = from;
      int[] best =
          IntStream.range(0, width)
              .boxed()
              .sorted((a, b) -> Float.compare(all[start + b], all[start + a]))
              .limit(top)
              .mapToInt(Integer::intValue)
              .toArray();
      double sum = 0;
      for (int k : best) {
        sum += Math.exp((all[start + k] - all[start + best[0]]) / temperature);
      }
      for (int k : best) {
        shares[start + k] =
            (float) (Math.exp((all[start + k] - all[start + best[0]]) / temperature) / sum);
      }
    }
    return Tensors.of(shares, scores.shape()).to(DType.F32);
  }
}
