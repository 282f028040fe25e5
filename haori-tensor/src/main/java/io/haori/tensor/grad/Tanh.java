package io.haori.tensor.grad;

import io.haori.tensor.Tensor;

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
