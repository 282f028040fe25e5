package io.haori.adapter.sparse;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.ComponentMethod;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A module's numbers one after another, and the units in which they are kept or taken away. Numbers
 * that belong to no unit, such as the bias of an upward projection, are never taken away.
 */
final class Units {
  /** No unit. */
  static final int NONE = -1;

  /**
   * One parameter's place.
   *
   * @param parameter the parameter; its value may move, so it is asked for each time
   * @param rate factor of its learning rate
   * @param layer index of its slot within the module
   * @param offset of its first number
   * @param count of its numbers
   * @param dimension along which its components lie; {@link #NONE} when it has none
   */
  record Part(Parameter parameter, double rate, int layer, int offset, int count, int dimension) {}

  private final Structure structure;
  private final List<String> layers;
  private final List<Part> parts;
  private final int numbers;

  /** Component of each number, counted over the module; the number itself without structure. */
  private final int[] componentOf;

  private final int[] layerOfComponent;
  private final int[] costOfComponent;

  private Units(Structure structure, List<String> layers, List<Part> parts, int[] componentsOf) {
    this.structure = structure;
    this.layers = layers;
    this.parts = parts;
    this.numbers = parts.stream().mapToInt(Part::count).sum();
    int components = Arrays.stream(componentsOf).sum();
    this.componentOf = new int[numbers];
    this.layerOfComponent = new int[components];
    this.costOfComponent = new int[components];
    int first = 0;
    for (int layer = 0; layer < componentsOf.length; layer++) {
      Arrays.fill(layerOfComponent, first, first + componentsOf[layer], layer);
      for (Part part : parts) {
        if (part.layer() == layer) {
          fill(part, first);
        }
      }
      first += componentsOf[layer];
    }
    for (int component : componentOf) {
      if (component != NONE) {
        costOfComponent[component]++;
      }
    }
  }

  private void fill(Part part, int first) {
    long[] shape = part.parameter().value().shape();
    int inner = 1;
    for (int d = part.dimension() + 1; d < shape.length; d++) {
      inner *= (int) shape[d];
    }
    for (int i = 0; i < part.count(); i++) {
      int component =
          structure == Structure.NONE
              ? part.offset() + i
              : part.dimension() == NONE ? NONE : first + i / inner % (int) shape[part.dimension()];
      componentOf[part.offset() + i] = component;
    }
  }

  /**
   * The units of a module.
   *
   * @param module made by a method of components
   * @param method says where components lie
   * @param structure what a unit is
   */
  static Units of(AdapterModule module, ComponentMethod method, Structure structure) {
    Map<String, Integer> dimensions = method.componentDimensions();
    List<String> layers = List.copyOf(module.layers().keySet());
    List<Part> parts = new ArrayList<>();
    int[] components = new int[layers.size()];
    int offset = 0;
    for (int layer = 0; layer < layers.size(); layer++) {
      String slot = layers.get(layer);
      AdaptedLinear adapted = module.layers().get(slot);
      for (TrainedParameter trained :
          adapted == null ? List.<TrainedParameter>of() : adapted.parameters()) {
        Parameter parameter = trained.parameter();
        String tensor = parameter.name().substring(slot.length() + 1);
        int dimension = dimensions.getOrDefault(tensor, NONE);
        int count = Math.toIntExact(parameter.count());
        if (structure == Structure.NONE) {
          components[layer] += count;
        } else if (dimension != NONE) {
          components[layer] = Math.toIntExact(parameter.value().size(dimension));
        }
        parts.add(
            new Part(parameter, trained.learningRateFactor(), layer, offset, count, dimension));
        offset = Math.addExact(offset, count);
      }
    }
    return new Units(structure, layers, List.copyOf(parts), components);
  }

  Structure structure() {
    return structure;
  }

  List<Part> parts() {
    return parts;
  }

  /** All numbers of the module. */
  int numbers() {
    return numbers;
  }

  /** Names of the slots. */
  List<String> layers() {
    return layers;
  }

  /** Components of the module; without structure its numbers. */
  int components() {
    return layerOfComponent.length;
  }

  int componentOf(int number) {
    return componentOf[number];
  }

  int layerOf(int component) {
    return layerOfComponent[component];
  }

  /** Units of the module. */
  int count() {
    return structure == Structure.LAYER ? layers.size() : components();
  }

  int unitOf(int component) {
    return structure == Structure.LAYER ? layerOfComponent[component] : component;
  }

  /** Numbers of each unit, and the layer that it belongs to. */
  int[] costs() {
    if (structure != Structure.LAYER) {
      return costOfComponent.clone();
    }
    int[] costs = new int[layers.size()];
    for (int component = 0; component < components(); component++) {
      costs[layerOfComponent[component]] += costOfComponent[component];
    }
    return costs;
  }

  /** Layer of each unit. */
  int layerOfUnit(int unit) {
    return structure == Structure.LAYER ? unit : layerOfComponent[unit];
  }

  /** Values of all numbers as they are. */
  float[] values() {
    float[] all = new float[numbers];
    for (Part part : parts) {
      copy(part.parameter().value(), part, all);
    }
    return all;
  }

  /** Gradients of all numbers as they are. */
  float[] gradients() {
    float[] all = new float[numbers];
    for (Part part : parts) {
      copy(part.parameter().gradient(), part, all);
    }
    return all;
  }

  private static void copy(Tensor tensor, Part part, float[] all) {
    System.arraycopy(tensor.toFloats(), 0, all, part.offset(), part.count());
  }

  /** What a unit is called in messages. */
  String word() {
    return switch (structure) {
      case NONE -> "numbers";
      case RANK -> "components";
      case LAYER -> "layers";
    };
  }
}
