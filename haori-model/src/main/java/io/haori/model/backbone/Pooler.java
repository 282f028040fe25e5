package io.haori.model.backbone;

import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.grad.activation.Tanh;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tanh(dense(first token))}, as BERT was trained with for its next-sentence task. */
public final class Pooler implements AutoCloseable {
  private final AdaptedProducts dense;

  private Pooler(AdaptedProducts dense) {
    this.dense = dense;
  }

  /**
   * Reads the pooler where the base has one.
   *
   * @param loader of the base's weights
   * @param name of its linear layer
   * @return null when the base has none
   */
  public static @Nullable Pooler loadIfPresent(WeightLoader loader, String name) {
    return loader.contains(name + ".weight")
        ? new Pooler(loader.products(Slot.NO_LAYER, name))
        : null;
  }

  Slot slot() {
    return dense.slots().get(0);
  }

  List<Weight> weights() {
    return dense.weights();
  }

  /** {@code [rows, hidden]} to {@code [rows, hidden]}. */
  Variable apply(Tape tape, Variable first, Adaptation adaptation) {
    return Tanh.apply(tape, dense.apply(tape, first, adaptation));
  }

  @Override
  public void close() {
    dense.close();
  }
}
