package io.haori.tensor.grad.activation;

import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;

/** Hyperbolic tangent, {@code dx = dy (1 − y²)}. */
public final class Tanh {
  private Tanh() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param x any shape
   * @return the same shape
   */
  public static Variable apply(Tape tape, Variable x) {
    Tensor y = x.value().tanh();
    Variable output = tape.variable(y, x.needsGradient());
    if (tape.records() && x.needsGradient()) {
      tape.record(
          output,
          () -> {
            Tensor dy = output.requireGradient();
            x.accumulate(dy.sub(dy.mul(y).mul(y)));
          },
          y);
    }
    return output;
  }
}
