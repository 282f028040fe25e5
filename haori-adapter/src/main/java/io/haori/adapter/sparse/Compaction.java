package io.haori.adapter.sparse;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.ComponentMethod;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Takes components whose numbers are all zero out of a module's tensors: it answers the same. */
final class Compaction {
  private Compaction() {}

  /**
   * A smaller module.
   *
   * @param module stays open
   * @param method made the module
   * @param config recorded with the new module's method
   * @param slots all slots of the base
   * @return owned by the caller; the module itself when nothing in it is zero
   */
  static AdapterModule of(
      AdapterModule module, ComponentMethod method, SparseConfig config, List<Slot> slots) {
    Map<String, long[]> kept = new LinkedHashMap<>();
    boolean smaller = false;
    for (Map.Entry<String, AdaptedLinear> layer : module.layers().entrySet()) {
      Map<String, Tensor> tensors = layer.getValue().tensors();
      long[] alive = alive(tensors, method.componentDimensions());
      smaller |= alive.length < components(tensors, method.componentDimensions());
      if (alive.length > 0) {
        kept.put(layer.getKey(), alive);
      }
    }
    require(!kept.isEmpty(), "sparse.l1", "low enough to leave something", config.l1());
    return smaller ? smaller(module, method, config, slots, kept) : module;
  }

  private static AdapterModule smaller(
      AdapterModule module,
      ComponentMethod method,
      SparseConfig config,
      List<Slot> slots,
      Map<String, long[]> kept) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    kept.forEach((slot, components) -> counts.put(slot, components.length));
    ComponentMethod small = method.keeping(counts);
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    boolean made = false;
    try (Scope scope = Scope.open()) {
      for (Slot slot : slots) {
        long[] components = kept.get(slot.name());
        AdaptedLinear layer = module.layers().get(slot.name());
        if (components != null && layer != null) {
          Map<String, Tensor> tensors = new LinkedHashMap<>();
          layer
              .tensors()
              .forEach(
                  (name, tensor) -> tensors.put(name, picked(name, tensor, components, method)));
          layers.put(slot.name(), small.restore(slot, tensors));
        }
      }
      made = true;
      return new AdapterModule(
          module.name(), new SparseMethod(small, config.withoutEnlargement()), layers);
    } finally {
      if (!made) {
        layers.values().forEach(AdaptedLinear::close);
      }
    }
  }

  private static Tensor picked(
      String name, Tensor tensor, long[] components, ComponentMethod method) {
    Integer dimension = method.componentDimensions().get(name);
    return dimension == null
        ? tensor
        : tensor.indexSelect(dimension, Tensors.of(components, components.length));
  }

  private static int components(Map<String, Tensor> tensors, Map<String, Integer> dimensions) {
    for (Map.Entry<String, Integer> dimension : dimensions.entrySet()) {
      Tensor tensor = tensors.get(dimension.getKey());
      if (tensor != null) {
        return Math.toIntExact(tensor.size(dimension.getValue()));
      }
    }
    throw new IllegalStateException("no tensor with components in " + tensors.keySet());
  }

  /** Components with a number that is not zero; the first when only the rest of the layer has. */
  private static long[] alive(Map<String, Tensor> tensors, Map<String, Integer> dimensions) {
    TreeSet<Long> alive = new TreeSet<>();
    boolean rest = false;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Integer dimension = dimensions.get(entry.getKey());
      List<Long> found = new ArrayList<>();
      try (Scope scope = Scope.open()) {
        Tensor tensor = entry.getValue();
        long length = dimension == null ? 1 : tensor.size(dimension);
        Tensor rows = dimension == null ? tensor : tensor.transpose(0, dimension);
        float[] sizes =
            rows.abs().reshape(length, tensor.count() / length).sum(1, false).toFloats();
        for (int i = 0; i < sizes.length; i++) {
          if (sizes[i] != 0) {
            found.add((long) i);
          }
        }
      }
      if (dimension == null) {
        rest |= !found.isEmpty();
      } else {
        alive.addAll(found);
      }
    }
    if (alive.isEmpty() && rest) {
      alive.add(0L);
    }
    return alive.stream().mapToLong(Long::longValue).toArray();
  }
}
