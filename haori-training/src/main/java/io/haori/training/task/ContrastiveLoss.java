package io.haori.training.task;

import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;

/**
 * Supervised contrastive loss of a batch (Khosla et al. 2020, arXiv 2004.11362, equation 2).
 *
 * <pre>{@code
 * zᵢ = vᵢ / |vᵢ|,   P(i) = the other rows of i's class
 * loss = mean over i with P(i) ≠ ∅ of  −1/|P(i)| Σ over p in P(i) of
 *            log ( exp(zᵢ·z_p / τ) / Σ over a ≠ i of exp(zᵢ·z_a / τ) )
 * }</pre>
 */
final class ContrastiveLoss {
  /** What a row's similarity to itself becomes before the softmax. */
  private static final double NEVER = -1e9;

  private ContrastiveLoss() {}

  /**
   * The loss.
   *
   * @param tape remembers the derivative
   * @param vectors {@code [rows, width]}
   * @param classes {@code [rows]}
   * @param temperature τ, above 0
   * @return one element, F32; 0 when no two rows are of one class
   */
  static Variable of(Tape tape, Variable vectors, int[] classes, double temperature) {
    return Differentiated.apply(
        tape, List.of(vectors), List.of(), in -> of(in.get(0).to(DType.F32), classes, temperature));
  }

  private static Tensor of(Tensor vectors, int[] classes, double temperature) {
    int n = classes.length;
    float[] weights = new float[n * n];
    float[] self = new float[n * n];
    int anchors = 0;
    for (int i = 0; i < n; i++) {
      self[i * n + i] = (float) NEVER;
      int positives = 0;
      for (int j = 0; j < n; j++) {
        positives += j != i && classes[j] == classes[i] ? 1 : 0;
      }
      anchors += positives > 0 ? 1 : 0;
      for (int j = 0; j < n; j++) {
        weights[i * n + j] = j != i && classes[j] == classes[i] ? 1f / positives : 0;
      }
    }
    Tensor unit = vectors.div(vectors.square().sum(1, true).add(1e-12).sqrt());
    Tensor logs =
        unit.matmul(unit.t()).mul(1 / temperature).add(Tensors.of(self, n, n)).logSoftmax();
    return logs.mul(Tensors.of(weights, n, n)).sum().mul(-1.0 / Math.max(1, anchors));
  }
}
