package io.haori.model.backbone;

import io.haori.tensor.grad.Tanh;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tanh(dense(first token))}, as BERT was trained with for its next-sentence task. */
public final class Pooler implements AutoCloseable {
  private final AdaptedProducts dense;

  private Pooler(AdaptedProducts dense) {
    this.dense = dense;
  }

  static @Nullable Pooler loadIfPresent(WeightLoader loader) {
    return loader.contains("pooler.dense.weight")
        ? new Pooler(AdaptedProducts.load(loader, "pooler.dense"))
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
