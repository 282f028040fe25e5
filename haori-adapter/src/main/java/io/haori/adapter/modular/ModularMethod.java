package io.haori.adapter.modular;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.ComponentMethod;
import io.haori.adapter.spi.Routing;
import io.haori.adapter.spi.StepRule;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.SlotAdapter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A named low-rank module with ranks of its own on each layer.
 *
 * @param module makes the layers; its ranks do not count, its scales do
 * @param config the choices
 */
public record ModularMethod(ComponentMethod module, ModularConfig config) implements AdapterMethod {
  /** The method's name. */
  public static final String NAME = "modular";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Object> settings() {
    Map<String, Object> settings = new TreeMap<>(module.settings());
    // The ranks are the config's.
    settings.remove("rankPattern");
    settings.putAll(config.byName());
    return settings;
  }

  @Override
  public Optional<String> moduleName() {
    return Optional.of(config.name());
  }

  @Override
  public List<Slot> slots(List<Slot> available) {
    List<Slot> selected = module.slots(available);
    config.requireOneRank(selected);
    return selected;
  }

  @Override
  public boolean addsToOutput() {
    return module.addsToOutput();
  }

  @Override
  public boolean scalesUpdates() {
    return module.scalesUpdates();
  }

  /** By validation rows; at 1e-2 it falls to chance. */
  @Override
  public double usualLearningRate() {
    return 3e-3;
  }

  @Override
  public double usualHeadLearningRateRatio() {
    return module.usualHeadLearningRateRatio();
  }

  @Override
  public AdaptedLinear attach(Slot slot, RandomGenerator random) {
    return at(slot).attach(slot, random);
  }

  @Override
  public AdaptedLinear restore(Slot slot, Map<String, Tensor> tensors) {
    return at(slot).restore(slot, tensors);
  }

  private ComponentMethod at(Slot slot) {
    return module.keeping(Map.of(slot.name(), config.startRankOf(slot)));
  }

  @Override
  public @Nullable SlotAdapter grouped(List<AdaptedLinear> members, Routing routing) {
    return module.grouped(members, routing);
  }

  @Override
  public StepRule rule(AdapterModule trained, long seed) {
    Map<String, ComponentLayer> layers = layers(trained);
    long usual = 0;
    for (Map.Entry<String, ComponentLayer> layer : layers.entrySet()) {
      int rank = Math.min(layer.getValue().components(), config.rankOf(layer.getKey()));
      usual += rank * layer.getValue().cost();
    }
    return new Allocator(layers, config.budget() > 0 ? config.budget() : usual);
  }

  private Map<String, ComponentLayer> layers(AdapterModule trained) {
    Map<String, ComponentLayer> layers = new LinkedHashMap<>();
    trained
        .layers()
        .forEach(
            (slot, layer) ->
                layers.put(slot, new ComponentLayer(slot, layer, module.componentDimensions())));
    return layers;
  }

  /** Leaves only the tensors of components that add something, and says each layer's rank. */
  @Override
  public AdapterModule finished(AdapterModule trained, List<Slot> slots) {
    Map<String, long[]> alive = new LinkedHashMap<>();
    Map<String, Integer> ranks = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      layers(trained)
          .forEach(
              (slot, layer) -> {
                if (layer.alive().length > 0) {
                  alive.put(slot, layer.alive());
                  ranks.put(slot, layer.alive().length);
                }
              });
    }
    require(
        !alive.isEmpty(), "learning rate", "high enough to change a layer", "a module of zeros");
    ModularMethod found = new ModularMethod(module.keeping(ranks), config.settled(ranks));
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    boolean made = false;
    try (Scope scope = Scope.open()) {
      for (Slot slot : slots) {
        AdaptedLinear layer = trained.layers().get(slot.name());
        long[] components = alive.get(slot.name());
        if (layer != null && components != null) {
          layers.put(slot.name(), found.module().restore(slot, picked(layer, components)));
        }
      }
      made = true;
      return new AdapterModule(trained.name(), found, layers);
    } finally {
      if (!made) {
        layers.values().forEach(AdaptedLinear::close);
      }
    }
  }

  private Map<String, Tensor> picked(AdaptedLinear layer, long[] components) {
    Map<String, Tensor> picked = new LinkedHashMap<>();
    Tensor index = Tensors.of(components, components.length);
    layer
        .tensors()
        .forEach(
            (name, tensor) -> {
              Integer dimension = module.componentDimensions().get(name);
              picked.put(name, dimension == null ? tensor : tensor.indexSelect(dimension, index));
            });
    return picked;
  }

  @Override
  public AdapterMethod undecorated() {
    return module;
  }
}
