package io.haori.model.backbone;

import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.List;

/** A normalisation of each token's state, with its weights. */
public interface Norm extends AutoCloseable {
  /** {@code [n, hidden]} to the same shape. */
  Variable apply(Tape tape, Variable x);

  /**
   * Normalises a sum.
   *
   * @param x {@code [n, hidden]}, the fresh output of an operation: its memory may take the sum
   * @param residual {@code [n, hidden]}
   */
  Variable applyToSum(Tape tape, Variable x, Variable residual);

  /** Its weights. */
  List<Weight> weights();

  @Override
  default void close() {
    weights().forEach(Weight::close);
  }
}
