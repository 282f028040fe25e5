package io.haori.tensor.grad;

import io.haori.tensor.Tensor;

/** Weighted sums of tokens, one a text; with weights 1 / tokens they are means. */
public final class MeanTokens {
  private MeanTokens() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param hidden {@code [tokens, h]}
   * @param weights {@code [rows, tokens]}, 0 for the tokens of other texts
   * @return {@code [rows, h]}
   */
  public static Variable apply(Tape tape, Variable hidden, Tensor weights) {
    Variable output = tape.variable(weights.matmul(hidden.value()), hidden.needsGradient());
    if (tape.records() && hidden.needsGradient()) {
      tape.record(
          output, () -> hidden.accumulate(weights.t().matmul(output.requireGradient())), weights);
    }
    return output;
  }
}
