package io.haori.adapter.sparse;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Targets;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * LoRA of rank 2 on two layers whose numbers the tests know. The first has 3 inputs and 2 outputs,
 * the second 4 inputs and 6 outputs: a component of the first has 5 numbers, one of the second 10.
 */
final class SmallModule implements AutoCloseable {
  static final String FIRST = "encoder.layer.0.attention.self.query";
  static final String SECOND = "encoder.layer.1.intermediate.dense";

  final LoraMethod method;
  final List<Slot> slots = new ArrayList<>();
  final AdapterModule module;
  private final Scope scope = Scope.open();
  private final List<Weight> weights = new ArrayList<>();

  SmallModule() {
    this(LoraConfig.DEFAULT.withRank(2, 3).withTargets(Targets.all()));
  }

  SmallModule(LoraConfig config) {
    method = new LoraMethod(config);
    Random random = new Random(3);
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    add(layers, FIRST, 3, 2, random);
    add(layers, SECOND, 4, 6, random);
    module = new AdapterModule("small", method, layers);
    for (TrainedParameter trained : module.parameters()) {
      Tensor value = trained.parameter().value();
      value.copyInPlace(Tensors.normal(random, 1, value.shape()));
    }
  }

  private void add(
      Map<String, AdaptedLinear> layers, String name, int inputs, int outputs, Random random) {
    Weight weight = Weight.of(name + ".weight", Tensors.normal(random, 1, outputs, inputs));
    Weight bias = Weight.of(name + ".bias", Tensors.normal(random, 1, outputs));
    weights.add(weight);
    weights.add(bias);
    Slot slot = new Slot(name, 0, weight, bias);
    slots.add(slot);
    layers.put(name, method.attach(slot, random));
  }

  Units units(Structure structure) {
    return Units.of(module, method, structure);
  }

  /** Value of a parameter: {@code lora_A} or {@code lora_B} of a slot. */
  Tensor value(String slot, String part) {
    return parameter(slot, part).parameter().value();
  }

  Tensor gradient(String slot, String part) {
    return parameter(slot, part).parameter().gradient();
  }

  private TrainedParameter parameter(String slot, String part) {
    return module.parameters().stream()
        .filter(trained -> trained.parameter().name().equals(slot + "." + part + ".weight"))
        .findFirst()
        .orElseThrow();
  }

  /** Fills all gradients with numbers of a seed. */
  void gradients(long seed) {
    Random random = new Random(seed);
    for (TrainedParameter trained : module.parameters()) {
      Tensor gradient = trained.parameter().gradient();
      gradient.copyInPlace(Tensors.normal(random, 1, gradient.shape()));
    }
  }

  /** All values, one after another. */
  float[] values() {
    return units(Structure.NONE).values();
  }

  /** A choice with one shot at the first step. */
  static SparseConfig config(
      double sparsity, Structure structure, Score score, PruningScope pruningScope) {
    return new SparseConfig(
        sparsity,
        structure,
        score,
        pruningScope,
        new PruningSchedule(PruningSchedule.Shape.ONESHOT, 0, 1),
        0,
        1,
        List.of());
  }

  @Override
  public void close() {
    module.close();
    weights.forEach(Weight::close);
    scope.close();
  }
}
