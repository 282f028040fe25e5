package io.haori.model.backbone;

import io.haori.core.weights.DType;
import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Linear;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Linear layers that read the same input, computed as one product, each with its adapter. A layer
 * alone is the case of one.
 */
public final class AdaptedProducts implements AutoCloseable {
  private final Weight weight;
  private final @Nullable Weight bias;
  private final List<Slot> slots;

  private AdaptedProducts(Weight weight, @Nullable Weight bias, List<Slot> slots) {
    this.weight = weight;
    this.bias = bias;
    this.slots = slots;
  }

  /**
   * Reads them.
   *
   * @param layer index of the layer that they belong to, or {@link Slot#NO_LAYER}
   * @param biases whether they have any
   * @param names without {@code .weight} and {@code .bias}
   */
  static AdaptedProducts load(WeightLoader loader, int layer, boolean biases, String... names) {
    List<String> matrices = Arrays.stream(names).map(n -> n + ".weight").toList();
    // A pooler is one small product a text: nothing is gained by rounding it.
    Weight weight = layer == Slot.NO_LAYER ? loader.rows(matrices) : loader.matrices(matrices);
    Weight bias = biases ? loader.rows(Arrays.stream(names).map(n -> n + ".bias").toList()) : null;
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      Weight own = bias == null ? null : bias.parts().get(i);
      slots.add(new Slot(names[i], layer, weight.parts().get(i), own));
    }
    return new AdaptedProducts(weight, bias, List.copyOf(slots));
  }

  /** The layers, in the order of their columns. */
  List<Slot> slots() {
    return slots;
  }

  /** Their matrix. */
  Weight weight() {
    return weight;
  }

  /** Their matrix, and their bias if there is one. */
  List<Weight> weights() {
    return bias == null ? List.of(weight) : List.of(weight, bias);
  }

  /** {@code [n, in]} to {@code [n, Σ out]}, the slots' columns in order. */
  Variable apply(Tape tape, Variable x, Adaptation adaptation) {
    List<@Nullable SlotAdapter> adapters = new ArrayList<>();
    List<@Nullable RowScaling> scalings = new ArrayList<>();
    for (Slot slot : slots) {
      SlotAdapter adapter = adaptation.at(slot);
      adapters.add(adapter);
      scalings.add(adapter == null ? null : adapter.rowScaling(tape));
    }
    boolean scaled = scalings.stream().anyMatch(Objects::nonNull);
    Variable y =
        scaled
            ? Linear.applyScaled(tape, x, weight, bias, change(scalings))
            : Linear.apply(tape, x, weight, bias);
    int column = 0;
    for (int i = 0; i < slots.size(); i++) {
      y = adapted(tape, x, y, column, i, adapters.get(i), scalings.get(i));
      column += slots.get(i).outputs();
    }
    if (scaled && tape.records()) {
      recordSums(tape, y, scalings);
    }
    return y;
  }

  private Variable adapted(
      Tape tape,
      Variable x,
      Variable y,
      int column,
      int index,
      @Nullable SlotAdapter adapter,
      @Nullable RowScaling scaling) {
    if (scaling != null) {
      scaling.adapt(tape, x, y, column);
      return y;
    }
    if (adapter == null) {
      return y;
    }
    Variable adapted = adapter.adapt(tape, x, y, column);
    if (adapted != y && slots.size() > 1) {
      String name = slots.get(index).name();
      throw new IllegalStateException(name + " shares its product: adapt it in place");
    }
    return adapted;
  }

  private Tensor change(List<@Nullable RowScaling> scalings) {
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      RowScaling scaling = scalings.get(i);
      parts.add(
          scaling == null ? Tensors.zeros(DType.F32, slots.get(i).outputs()) : scaling.change());
    }
    return parts.size() == 1 ? parts.get(0) : Tensors.cat(parts, 0);
  }

  /** Recorded last, so it runs before the adapters' derivatives: one pass serves all slots. */
  private void recordSums(Tape tape, Variable y, List<@Nullable RowScaling> scalings) {
    Tensor value = y.value();
    y.keepValue();
    tape.recordChange(
        y,
        () -> {
          Kernels.ColumnSums all = Kernels.columnSums(value, y.requireGradient());
          int column = 0;
          for (int i = 0; i < slots.size(); i++) {
            int outputs = slots.get(i).outputs();
            RowScaling scaling = scalings.get(i);
            if (scaling != null) {
              scaling.columnSums(
                  all.products().narrow(0, column, outputs), all.sums().narrow(0, column, outputs));
            }
            column += outputs;
          }
        },
        value);
  }

  @Override
  public void close() {
    weights().forEach(Weight::close);
  }
}
