package io.haori.tensor.grad.activation;

import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;

/**
 * Gaussian error linear unit by its approximation with tanh, {@code x/2 (1 + tanh(√(2/π) (x +
 * 0.044715 x³)))} (Hendrycks and Gimpel 2016, arXiv 1606.08415).
 */
public final class TanhGelu {
  private TanhGelu() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param x any shape
   * @return the same shape
   */
  public static Variable apply(Tape tape, Variable x) {
    Tensor input = x.value();
    Variable output = tape.variable(input.tanhGelu(), x.needsGradient());
    if (tape.records() && x.needsGradient()) {
      tape.record(
          output,
          () -> x.accumulate(Kernels.tanhGeluBackward(output.requireGradient(), input)),
          input);
    }
    return output;
  }
}
