package io.haori.model.backbone;

import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import org.jspecify.annotations.Nullable;

/** What an adapter does to the output of one slot. */
@FunctionalInterface
public interface SlotAdapter {
  /**
   * Changes the slot's columns of a linear layer's output in place and leaves the derivative on the
   * tape with {@link Tape#recordChange}.
   *
   * @param tape computes in its type
   * @param x the slot's input {@code [n, in]}
   * @param y {@code [n, width]}; its columns {@code [column, column + out)} hold {@code x Wᵀ + b}
   *     of this slot. The tensor may be changed in place, and nobody has saved it
   * @param column first of the slot's columns
   * @return y, or for a slot alone in y another variable of its shape
   */
  Variable adapt(Tape tape, Variable x, Variable y, int column);

  /**
   * This adapter for one pass over all rows, when a part of what it does is to multiply the rows of
   * the frozen matrix. Multiplying the matrix beforehand is much less work than multiplying the
   * columns of the product.
   *
   * @param tape computes in its type
   * @return used in the place of {@link #adapt}; null for an adapter that multiplies nothing
   */
  default @Nullable RowScaling rowScaling(Tape tape) {
    return null;
  }
}
