package io.haori.adapter.modular;

import io.haori.adapter.spi.StepRule;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings a module down to its budget while it learns: gathers scores before each step and drops
 * components when the schedule says so.
 */
final class Allocator implements StepRule {
  private static final String SCORES = ".scores";
  private static final String KEPT = ".kept";

  private final Map<String, ComponentLayer> layers;
  private final long start;
  private final long budget;
  private boolean settled;

  /**
   * A rule over layers.
   *
   * @param layers by slot, from the lowest to the highest
   * @param budget numbers that may stay
   */
  Allocator(Map<String, ComponentLayer> layers, long budget) {
    this.layers = layers;
    this.budget = budget;
    this.start = layers.values().stream().mapToLong(l -> l.components() * l.cost()).sum();
    this.settled = start <= budget;
  }

  @Override
  public void beforeStep(int step, int steps) {
    if (start > budget && !AllocationSchedule.over(steps).settledAfter(step - 1)) {
      layers.values().forEach(ComponentLayer::gatherScores);
    }
  }

  @Override
  public void afterStep(int step, int steps, double learningRate) {
    if (start <= budget) {
      return;
    }
    AllocationSchedule schedule = AllocationSchedule.over(steps);
    if (schedule.allocatesAfter(step)) {
      allocate(schedule.allowed(step, start, budget));
    } else if (schedule.settledAfter(step)) {
      layers.values().forEach(ComponentLayer::dropOthers);
    }
    settled = schedule.settledAfter(step);
  }

  private void allocate(long allowed) {
    Components components = new Components();
    layers.values().forEach(layer -> components.add(layer.scores(), layer.cost()));
    List<float[]> kept = components.keptWithin(allowed);
    int index = 0;
    for (ComponentLayer layer : layers.values()) {
      layer.keep(kept.get(index++));
    }
  }

  @Override
  public boolean isComplete() {
    return settled;
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    layers.forEach(
        (slot, layer) -> {
          state.put(slot + SCORES, Tensors.of(layer.scores(), layer.components()));
          state.put(slot + KEPT, Tensors.of(layer.kept(), layer.components()));
        });
    return state;
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    layers.forEach(
        (slot, layer) -> layer.restore(floats(state, slot + SCORES), floats(state, slot + KEPT)));
  }

  private static float[] floats(Map<String, Tensor> state, String name) {
    Tensor tensor = state.get(name);
    if (tensor == null) {
      throw new IllegalStateException(name + " is not in the state");
    }
    return tensor.toFloats();
  }
}
