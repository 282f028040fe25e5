package io.haori.tensor.grad.activation;

import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;

/** Gaussian error linear unit, {@code x Φ(x)} with the exact normal distribution function. */
public final class Gelu {
  private Gelu() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param x any shape
   * @return the same shape
   */
  public static Variable apply(Tape tape, Variable x) {
    Tensor input = x.value();
    Variable output = tape.variable(input.gelu(), x.needsGradient());
    if (tape.records() && x.needsGradient()) {
      tape.record(
          output, () -> x.accumulate(Kernels.geluBackward(output.requireGradient(), input)), input);
    }
    return output;
  }
}
