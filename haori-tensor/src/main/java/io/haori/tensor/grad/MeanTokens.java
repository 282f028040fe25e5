package io.haori.tensor.grad;

import io.haori.tensor.Tensor;

/** A weighted sum over the tokens of every text; with weights 1 / tokens it is their mean. */
public final class MeanTokens {
  private MeanTokens() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param hidden {@code [rows · length, h]}
   * @param weights {@code [rows, 1, length]}, 0 for padding
   * @return {@code [rows, h]}
   */
  public static Variable apply(Tape tape, Variable hidden, Tensor weights) {
    long rows = weights.size(0);
    long length = weights.size(2);
    long width = hidden.value().size(1);
    Tensor sum = weights.batchMatmul(hidden.value().view(rows, length, width)).view(rows, width);
    Variable output = tape.variable(sum, hidden.needsGradient());
    if (tape.records() && hidden.needsGradient()) {
      tape.record(
          output,
          () -> {
            Tensor gradient = output.requireGradient().view(rows, 1, width);
            hidden.accumulate(weights.transpose(1, 2).mul(gradient).view(rows * length, width));
          },
          weights);
    }
    return output;
  }
}
