package io.haori.model.backbone;

import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;

/**
 * What an adapter does to one slot during one pass, when it multiplies the rows of the frozen
 * matrix and adds something to the product:
 *
 * <pre>{@code
 * y      = x ((1 + change) ⊙ W)ᵀ + b + adapter's addend
 * [n,o]   [n,i]  [o]        [i,o]
 * }</pre>
 */
public interface RowScaling {
  /** What is added to 1 to get each row's factor, {@code [out]}. */
  Tensor change();

  /**
   * Adds to the product of the multiplied matrix, in place, and leaves the derivative on the tape
   * with {@link Tape#recordChange}. The derivative must care for the factors' own gradient, too.
   *
   * @param tape computes in its type
   * @param x the slot's input {@code [n, in]}
   * @param y {@code [n, width]}
   * @param column first of the slot's columns in y
   */
  void adapt(Tape tape, Variable x, Variable y, int column);

  /**
   * Reports what the factors' gradient is made of, before the adapter's derivative runs.
   *
   * @param products {@code [out]}, F32: the sum over n of {@code y ⊙ dy}, y being the slot's final
   *     output and dy its gradient
   * @param sums {@code [out]}, F32: the sum over n of {@code dy}
   */
  void columnSums(Tensor products, Tensor sums);
}
