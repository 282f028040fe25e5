package io.haori.tensor.grad.activation;

import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;

/**
 * Gated linear unit with SiLU, {@code y = a σ(a) ⊙ b} for {@code x = (a, b)}, the two halves of the
 * columns (Shazeer 2020, arXiv 2002.05202).
 */
public final class GatedSilu {
  private GatedSilu() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param x {@code [n, 2 m]}
   * @return {@code [n, m]}
   */
  public static Variable apply(Tape tape, Variable x) {
    long width = x.value().size(1) / 2;
    Tensor a = x.value().narrow(1, 0, width).contiguous();
    Tensor b = x.value().narrow(1, width, width);
    Tensor activated = a.silu();
    Variable output = tape.variable(activated.mul(b), x.needsGradient());
    if (tape.records() && x.needsGradient()) {
      tape.record(
          output,
          () -> {
            Tensor dy = output.requireGradient();
            Tensor da = Kernels.siluBackward(dy.mul(b), a);
            x.accumulate(Tensors.cat(List.of(da, dy.mul(activated)), 1));
          },
          a,
          b,
          activated);
    }
    return output;
  }
}
