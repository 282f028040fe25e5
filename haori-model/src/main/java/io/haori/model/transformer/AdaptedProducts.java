package io.haori.model.transformer;

import io.haori.tensor.grad.Linear;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Linear layers that read the same input, computed as one product, each with its adapter. A layer
 * that stands alone is the case of one.
 */
final class AdaptedProducts implements AutoCloseable {
  private final Weight weight;
  private final Weight bias;
  private final List<Slot> slots;

  private AdaptedProducts(Weight weight, Weight bias, List<Slot> slots) {
    this.weight = weight;
    this.bias = bias;
    this.slots = slots;
  }

  static AdaptedProducts load(WeightLoader loader, String... names) {
    List<String> weights = Arrays.stream(names).map(n -> n + ".weight").toList();
    List<String> biases = Arrays.stream(names).map(n -> n + ".bias").toList();
    Weight weight = loader.rows(weights);
    Weight bias = loader.rows(biases);
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      slots.add(new Slot(names[i], weight.parts().get(i), bias.parts().get(i)));
    }
    return new AdaptedProducts(weight, bias, List.copyOf(slots));
  }

  List<Slot> slots() {
    return slots;
  }

  List<Weight> weights() {
    return List.of(weight, bias);
  }

  /** {@code [n, in]} to {@code [n, Σ out]}, the slots' columns in order. */
  Variable apply(Tape tape, Variable x, Adaptation adaptation) {
    Variable y = Linear.apply(tape, x, weight, bias);
    int column = 0;
    for (Slot slot : slots) {
      SlotAdapter adapter = adaptation.at(slot);
      if (adapter != null) {
        Variable adapted = adapter.adapt(tape, x, y, column);
        if (adapted != y && slots.size() > 1) {
          throw new IllegalStateException(slot.name() + " shares its product: adapt it in place");
        }
        y = adapted;
      }
      column += slot.outputs();
    }
    return y;
  }

  @Override
  public void close() {
    weight.close();
    bias.close();
  }
}
