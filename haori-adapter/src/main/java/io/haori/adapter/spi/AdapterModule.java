package io.haori.adapter.spi;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.SlotAdapter;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A named set of adapted layers made by one method: what is trained, stored, switched and rolled
 * back as a unit. Owns its layers; closing it while another thread predicts with it is the caller's
 * mistake.
 */
public final class AdapterModule implements Adaptation, AutoCloseable {
  private final String name;
  private final AdapterMethod method;
  private final Map<String, AdaptedLinear> layers;

  /**
   * Takes layers over.
   *
   * @param name unique among the modules of a model
   * @param method that made the layers
   * @param layers by slot name; owned by the module from here on
   */
  public AdapterModule(String name, AdapterMethod method, Map<String, AdaptedLinear> layers) {
    this.name = name;
    this.method = method;
    this.layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
  }

  /**
   * A new module that changes nothing yet.
   *
   * @param name unique among the modules of a model
   * @param method decides slots and starting values
   * @param backbone the base
   * @param random source of the starting values
   */
  public static AdapterModule create(
      String name, AdapterMethod method, Backbone backbone, RandomGenerator random) {
    List<Slot> slots = method.slots(backbone.slots());
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    boolean complete = false;
    try (Scope scope = Scope.open()) {
      for (Slot slot : slots) {
        layers.put(slot.name(), method.attach(slot, random));
      }
      complete = true;
      return new AdapterModule(name, method, layers);
    } finally {
      if (!complete) {
        layers.values().forEach(AdaptedLinear::close);
      }
    }
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The method that made it. */
  public AdapterMethod method() {
    return method;
  }

  /** The layers by slot name, from the lowest to the highest. */
  public Map<String, AdaptedLinear> layers() {
    return layers;
  }

  /** What is trained, in a stable order. */
  public List<TrainedParameter> parameters() {
    List<TrainedParameter> all = new ArrayList<>();
    layers.values().forEach(layer -> all.addAll(layer.parameters()));
    return all;
  }

  /** Ends learning for good and frees the gradients. */
  public void freeze() {
    layers.values().forEach(AdaptedLinear::freeze);
  }

  @Override
  public @Nullable SlotAdapter at(Slot slot) {
    return layers.get(slot.name());
  }

  @Override
  public Adaptation forPass(
      Backbone backbone, TextBatch batch, @Nullable Tensor places, DType dtype) {
    return method.forPass(this, backbone, batch, places, dtype);
  }

  /**
   * Several modules, or sums of modules, side by side, each for its own rows of the batch; one
   * alone is itself.
   *
   * @param modules in the order of the routing; what each has on a slot is a {@link RowAdapter}
   * @param routing rows of each module
   */
  public static Adaptation routed(List<? extends Adaptation> modules, Routing routing) {
    if (modules.size() != routing.vectorsPerModule().size()) {
      throw new UserError(
          "routing must name as many modules as there are, "
              + modules.size()
              + ", got "
              + routing.vectorsPerModule().size());
    }
    return modules.size() == 1
        ? modules.get(0)
        : new RoutedAdaptation(List.copyOf(modules), routing);
  }

  @Override
  public void close() {
    layers.values().forEach(AdaptedLinear::close);
  }
}
