package io.haori.server.engine;

import io.haori.adapter.combine.WeightedSum;
import io.haori.adapter.combine.WeightedSum.Term;
import io.haori.adapter.spi.RowAdapter;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.SlotAdapter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Modules on the same layers, one after another, with the size of what each does. Serves one
 * thread.
 */
final class MeasuredAdaptation implements Adaptation {
  private final Map<ServedVersion, Weighted> modules;
  private final Map<String, Sums> sums = new LinkedHashMap<>();

  /**
   * A module as it acts.
   *
   * @param module what sits on layers
   * @param weight of its update
   */
  record Weighted(Adaptation module, double weight) {}

  /** Squares over all rows so far. */
  private static final class Sums {
    private double base;
    private final Map<ServedVersion, Double> change = new LinkedHashMap<>();
  }

  MeasuredAdaptation(Map<ServedVersion, Weighted> modules) {
    this.modules = new LinkedHashMap<>(modules);
  }

  @Override
  public @Nullable SlotAdapter at(Slot slot) {
    Map<ServedVersion, SlotAdapter> acting = new LinkedHashMap<>();
    modules.forEach(
        (id, weighted) -> {
          SlotAdapter adapter = weighted.module().at(slot);
          if (adapter instanceof RowAdapter rows && weighted.weight() != 1) {
            adapter = new WeightedSum(slot.outputs(), List.of(new Term(rows, weighted.weight())));
          }
          if (adapter != null) {
            acting.put(id, adapter);
          }
        });
    return acting.isEmpty()
        ? null
        : (tape, x, y, column) -> measured(slot, acting, tape, x, y, column);
  }

  private Variable measured(
      Slot slot,
      Map<ServedVersion, SlotAdapter> acting,
      Tape tape,
      Variable x,
      Variable y,
      int column) {
    Sums ofSlot = sums.computeIfAbsent(slot.name(), name -> new Sums());
    Variable present = y;
    ofSlot.base += squares(columns(y, column, slot));
    for (Map.Entry<ServedVersion, SlotAdapter> one : acting.entrySet()) {
      // In the scope of the pass: what an adapter gives back may be another variable.
      Tensor before = columns(present, column, slot).copy();
      present = one.getValue().adapt(tape, x, present, column);
      ofSlot.change.merge(
          one.getKey(), squares(columns(present, column, slot).sub(before)), Double::sum);
    }
    return present;
  }

  private static Tensor columns(Variable y, int column, Slot slot) {
    return y.value().narrow(1, column, slot.outputs());
  }

  private static double squares(Tensor tensor) {
    try (Scope scope = Scope.open()) {
      return tensor.to(DType.F32).square().sum().item();
    }
  }

  /** What was done, by layer. */
  List<Explained.Layer> layers() {
    List<Explained.Layer> layers = new ArrayList<>();
    sums.forEach(
        (name, ofSlot) -> {
          Map<ServedVersion, Double> change = new LinkedHashMap<>();
          ofSlot.change.forEach((id, squares) -> change.put(id, Math.sqrt(squares / ofSlot.base)));
          layers.add(new Explained.Layer(name, change));
        });
    return layers;
  }
}
