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
    return sideBySide(tape, hidden, weights, 1);
  }

  /**
   * Several weighted sums a text, one beside the other.
   *
   * @param tape computes in its type
   * @param hidden {@code [tokens, h]}
   * @param weights {@code [rows · sums, tokens]}, those of a text one after another
   * @param sums of a text
   * @return {@code [rows, sums · h]}
   */
  public static Variable sideBySide(Tape tape, Variable hidden, Tensor weights, int sums) {
    long all = weights.size(0);
    long width = hidden.value().size(1);
    Tensor value = weights.matmul(hidden.value());
    Variable output =
        tape.variable(
            sums == 1 ? value : value.reshape(all / sums, sums * width), hidden.needsGradient());
    if (tape.records() && hidden.needsGradient()) {
      tape.record(
          output,
          () -> {
            Tensor gradient = output.requireGradient();
            hidden.accumulate(
                weights.t().matmul(sums == 1 ? gradient : gradient.reshape(all, width)));
          },
          weights);
    }
    return output;
  }
}
