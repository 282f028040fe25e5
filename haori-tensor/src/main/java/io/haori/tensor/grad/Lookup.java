package io.haori.tensor.grad;

import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import org.jspecify.annotations.Nullable;

/** Rows of a table picked by index, added to a sum: {@code y[i] = sum[i] + table[index[i]]}. */
public final class Lookup {
  private Lookup() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param table {@code [v, h]}
   * @param index I64 {@code [n]}, each in {@code [0, v)}
   * @param sum {@code [n, h]}, changed in place; null to start one
   * @return {@code [n, h]}
   */
  public static Variable apply(Tape tape, Weight table, Tensor index, @Nullable Variable sum) {
    // Picking before converting keeps the table's own type out of the tape's memory.
    Tensor rows = table.rowsAt(index).to(tape.dtype());
    Variable output =
        sum == null ? tape.variable(rows, table.trainable()) : addTo(sum, rows, table.trainable());
    if (tape.records() && table.trainable()) {
      Tape.Derivative derivative =
          () -> {
            Tensor gradient = Tensors.zeros(DType.F32, table.shape());
            table.accumulate(
                gradient.indexAddInPlace(0, index, output.requireGradient().to(DType.F32)));
          };
      // What started the sum would free its gradient before the others have read it, were it not
      // recorded first: derivatives run backwards.
      if (sum == null) {
        tape.record(output, derivative, index);
      } else {
        tape.recordChange(output, derivative, index);
      }
    }
    return output;
  }

  private static Variable addTo(Variable sum, Tensor rows, boolean trainable) {
    sum.value().addInPlace(rows);
    if (trainable) {
      sum.markNeedsGradient();
    }
    return sum;
  }
}
