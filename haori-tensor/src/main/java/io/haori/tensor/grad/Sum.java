package io.haori.tensor.grad;

import io.haori.tensor.Tensor;

/** Sum of two variables, {@code y = a + b}, both of which stay as they are. */
public final class Sum {
  private Sum() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param a any shape
   * @param b of the same shape
   * @return of that shape
   */
  public static Variable apply(Tape tape, Variable a, Variable b) {
    Variable output =
        tape.variable(a.value().add(b.value()), a.needsGradient() || b.needsGradient());
    if (tape.records() && output.needsGradient()) {
      tape.record(
          output,
          () -> {
            Tensor gradient = output.requireGradient();
            if (a.needsGradient()) {
              a.accumulate(gradient);
            }
            if (b.needsGradient()) {
              b.accumulate(gradient);
            }
          });
    }
    return output;
  }
}
