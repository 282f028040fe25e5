package io.haori.tensor.grad.activation;

import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * Gated linear unit with an activation, {@code y = f(a) ⊙ b} for {@code x = (a, b)}, the two halves
 * of the columns (Shazeer 2020, arXiv 2002.05202).
 */
public final class GatedUnit {
  private GatedUnit() {}

  /**
   * With {@code f = gelu}, the exact one.
   *
   * @param tape computes in its type
   * @param x {@code [n, 2 m]}
   * @return {@code [n, m]}
   */
  public static Variable gelu(Tape tape, Variable x) {
    return apply(tape, x, Tensor::gelu, Kernels::geluBackward);
  }

  /**
   * With {@code f(a) = a σ(a)}.
   *
   * @param tape computes in its type
   * @param x {@code [n, 2 m]}
   * @return {@code [n, m]}
   */
  public static Variable silu(Tape tape, Variable x) {
    return apply(tape, x, Tensor::silu, Kernels::siluBackward);
  }

  /** The derivative takes the gradient with respect to {@code f(a)}, and a. */
  private static Variable apply(
      Tape tape, Variable x, UnaryOperator<Tensor> activation, BinaryOperator<Tensor> derivative) {
    long width = x.value().size(1) / 2;
    Tensor a = x.value().narrow(1, 0, width).contiguous();
    Tensor b = x.value().narrow(1, width, width);
    Tensor activated = activation.apply(a);
    Variable output = tape.variable(activated.mul(b), x.needsGradient());
    if (tape.records() && x.needsGradient()) {
      tape.record(
          output,
          () -> {
            Tensor dy = output.requireGradient();
            Tensor da = derivative.apply(dy.mul(b), a);
            x.accumulate(Tensors.cat(List.of(da, dy.mul(activated)), 1));
          },
          a,
          b,
          activated);
    }
    return output;
  }
}
