package io.haori.tensor.grad;

import io.haori.tensor.Tensor;

/** The first token of every text. */
public final class FirstToken {
  private FirstToken() {}

  /**
   * Picks it.
   *
   * @param tape computes in its type
   * @param hidden {@code [rows · length, h]}
   * @param rows number of texts
   * @return {@code [rows, h]}
   */
  public static Variable apply(Tape tape, Variable hidden, int rows) {
    long width = hidden.value().size(1);
    long length = hidden.value().size(0) / rows;
    Tensor first = hidden.value().view(rows, length, width).select(1, 0).contiguous();
    Variable output = tape.variable(first, hidden.needsGradient());
    if (tape.records() && hidden.needsGradient()) {
      tape.record(
          output,
          () -> {
            Tensor gradient = Tensor.zeros(tape.dtype(), rows, length, width);
            gradient.select(1, 0).copyInPlace(output.requireGradient());
            hidden.accumulate(gradient.view(rows * length, width));
          });
    }
    return output;
  }
}
