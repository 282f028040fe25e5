package io.haori.tensor.grad;

import io.haori.tensor.Tensor;

/** Rows picked by index: {@code y[i] = x[index[i]]}. */
public final class SelectRows {
  private SelectRows() {}

  /**
   * Picks them.
   *
   * @param tape computes in its type
   * @param x {@code [n, h]}
   * @param index I64 {@code [m]}, each in {@code [0, n)}
   * @return {@code [m, h]}
   */
  public static Variable apply(Tape tape, Variable x, Tensor index) {
    Variable output = tape.variable(x.value().indexSelect(0, index), x.needsGradient());
    if (tape.records() && x.needsGradient()) {
      tape.record(
          output,
          () -> x.writableGradient().indexAddInPlace(0, index, output.requireGradient()),
          index);
    }
    return output;
  }
}
