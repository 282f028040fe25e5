package io.haori.tensor.grad;

import io.haori.tensor.Tensor;

/** The first token of every text. */
public final class FirstToken {
  private FirstToken() {}

  /**
   * Picks it.
   *
   * @param tape computes in its type
   * @param hidden {@code [tokens, h]}
   * @param firsts I64 {@code [rows]} where each text begins
   * @return {@code [rows, h]}
   */
  public static Variable apply(Tape tape, Variable hidden, Tensor firsts) {
    Variable output = tape.variable(hidden.value().indexSelect(0, firsts), hidden.needsGradient());
    if (tape.records() && hidden.needsGradient()) {
      long tokens = hidden.value().size(0);
      long width = hidden.value().size(1);
      tape.record(
          output,
          () ->
              hidden.accumulate(
                  Tensor.zeros(tape.dtype(), tokens, width)
                      .indexAddInPlace(0, firsts, output.requireGradient())),
          firsts);
    }
    return output;
  }
}
