package io.haori.adapter.combine;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A gate that came with its modules: to those who use it one module as any other, which acts
 * whether or not its modules are attached somewhere beside it.
 *
 * @param gate the method that its layers were restored by
 */
public record StoredGate(GateMethod gate) implements AdapterMethod {
  /**
   * A gate and its modules as one.
   *
   * @param gate made by a {@link GateMethod}; taken over with the modules that it was made for
   * @return owns all of them
   */
  public static AdapterModule owning(AdapterModule gate) {
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    gate.layers()
        .forEach((slot, layer) -> layers.put(slot, new StoredGateLinear((GatedLinear) layer)));
    return new AdapterModule(gate.name(), new StoredGate(GateFile.methodOf(gate)), layers);
  }

  @Override
  public String name() {
    return GateMethod.NAME;
  }

  @Override
  public Map<String, Object> settings() {
    return gate.settings();
  }

  @Override
  public Map<String, Object> usualSettings() {
    return gate.usualSettings();
  }

  @Override
  public List<String> builtOn() {
    return gate.builtOn();
  }

  @Override
  public List<Slot> slots(List<Slot> available) {
    return gate.slots(available);
  }

  @Override
  public double usualLearningRate() {
    return gate.usualLearningRate();
  }

  @Override
  public AdaptedLinear attach(Slot slot, RandomGenerator random) {
    return gate.attach(slot, random);
  }

  @Override
  public AdaptedLinear restore(Slot slot, Map<String, Tensor> tensors) {
    return gate.restore(slot, tensors);
  }
}
