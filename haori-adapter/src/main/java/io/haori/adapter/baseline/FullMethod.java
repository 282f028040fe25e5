package io.haori.adapter.baseline;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Full fine-tuning: every weight of the base learns, nothing sits on slots. */
public record FullMethod() implements AdapterMethod {
  /** The method's name. */
  public static final String NAME = "full";

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

  @Override
  public boolean trainsBase() {
    return true;
  }

  /** Pretrained weights are forgotten at a higher one. */
  @Override
  public double usualLearningRate() {
    return 3e-4;
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
