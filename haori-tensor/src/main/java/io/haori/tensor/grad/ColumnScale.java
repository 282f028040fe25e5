package io.haori.tensor.grad;

import io.haori.tensor.Tensor;

/**
 * Columns multiplied by a learnt factor each, {@code y = gain ⊙ x}; {@code dx = gain ⊙ dy}, {@code
 * dgain = Σ x ⊙ dy} (LayerScale, Touvron et al. 2021, arXiv 2103.17239).
 */
public final class ColumnScale {
  private ColumnScale() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param x {@code [n, h]}
   * @param gain {@code [h]}
   * @return {@code [n, h]}
   */
  public static Variable apply(Tape tape, Variable x, Weight gain) {
    Tensor factors = gain.value(tape);
    Tensor input = x.value();
    boolean trainable = gain.trainable();
    Variable output = tape.variable(input.mul(factors), x.needsGradient() || trainable);
    if (tape.records() && output.needsGradient()) {
      Tensor[] saved = trainable ? new Tensor[] {factors, input} : new Tensor[] {factors};
      if (trainable) {
        x.keepValue();
      }
      tape.record(
          output,
          () -> {
            Tensor dy = output.requireGradient();
            if (trainable) {
              gain.accumulate(dy.mul(input).sum(0, false));
            }
            if (x.needsGradient()) {
              x.accumulate(dy.mul(factors));
            }
          },
          saved);
    }
    return output;
  }
}
