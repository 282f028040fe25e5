package io.haori.adapter.baseline;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The base as it is: only the task head on top of it learns. */
public record FrozenMethod() implements AdapterMethod {
  /** The method's name. */
  public static final String NAME = "frozen";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean adaptsSlots() {
    return false;
  }

  /** None. */
  @Override
  public List<Slot> slots(List<Slot> available) {
    return List.of();
  }

  /** A head alone is a convex problem: it bears a high one. */
  @Override
  public double usualLearningRate() {
    return 1e-2;
  }

  @Override
  public AdaptedLinear attach(Slot slot, RandomGenerator random) {
    throw new IllegalStateException(NAME + " sits on no slot, got " + slot.name());
  }

  @Override
  public AdaptedLinear restore(Slot slot, Map<String, Tensor> tensors) {
    throw new IllegalStateException(NAME + " sits on no slot, got " + slot.name());
  }
}
