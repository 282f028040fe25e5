package io.haori.tensor.grad;

import io.haori.tensor.Tensor;

/** Dropout with a mask that the caller has drawn: {@code x ← x ⊙ factors}. */
public final class Dropout {
  private Dropout() {}

  /**
   * Applies it in place.
   *
   * @param tape computes in its type
   * @param x fresh output of an operation that does not save it
   * @param factors of x's shape and type: 0, or 1 over the share that is kept
   * @return x
   */
  public static Variable apply(Tape tape, Variable x, Tensor factors) {
    x.value().mulInPlace(factors);
    if (tape.records() && x.needsGradient()) {
      tape.recordChange(x, () -> x.writableGradient().mulInPlace(factors), factors);
    }
    return x;
  }
}
