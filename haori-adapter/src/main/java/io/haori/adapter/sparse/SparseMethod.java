package io.haori.adapter.sparse;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.ComponentMethod;
import io.haori.adapter.spi.Routing;
import io.haori.adapter.spi.SearchedSetting;
import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.SlotAdapter;
import io.haori.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Another method's modules, made sparse.
 *
 * @param module makes the layers, in the size in which they begin
 * @param config the choices; its enlargement is already in the module
 */
public record SparseMethod(ComponentMethod module, SparseConfig config) implements AdapterMethod {
  /** The method's name. */
  public static final String NAME = "sparse";

  /**
   * A method.
   *
   * @param dense makes the layers in the size that they would have without enlargement
   * @param config the choices
   */
  public static SparseMethod of(ComponentMethod dense, SparseConfig config) {
    ComponentMethod module =
        config.enlargement() == 1 ? dense : dense.enlarged(config.enlargement());
    return new SparseMethod(module, config);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Object> settings() {
    ComponentMethod dense =
        config.enlargement() == 1 ? module : module.reduced(config.enlargement());
    Map<String, Object> settings = new TreeMap<>(dense.settings());
    settings.putAll(config.byName());
    return settings;
  }

  @Override
  public List<Slot> slots(List<Slot> available) {
    return module.slots(available);
  }

  @Override
  public boolean addsToOutput() {
    return module.addsToOutput();
  }

  /** By validation rows; at 1e-2 it loses with 200 rows and with 1,000. */
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
    return module.attach(slot, random);
  }

  @Override
  public AdaptedLinear restore(Slot slot, Map<String, Tensor> tensors) {
    return module.restore(slot, tensors);
  }

  @Override
  public @Nullable SlotAdapter grouped(List<AdaptedLinear> members, Routing routing) {
    return module.grouped(members, routing);
  }

  @Override
  public TrainingStrategy strategy() {
    return config.stages().isEmpty()
        ? new TrainingStrategy.Plain()
        : new TrainingStrategy.Progressive(config.stages());
  }

  @Override
  public StepRule rule(AdapterModule trained, long seed) {
    return new SparseRule(config, Units.of(trained, module, config.structure()), seed);
  }

  @Override
  public AdapterModule finished(AdapterModule trained, List<Slot> slots) {
    return config.structure() == Structure.NONE
        ? trained
        : Compaction.of(trained, module, config, slots);
  }

  @Override
  public AdapterMethod undecorated() {
    return module;
  }

  @Override
  public boolean storesSparse() {
    return config.structure() == Structure.NONE;
  }

  /** What the module that is made sparse has to search; the sparsity itself is the user's. */
  @Override
  public List<SearchedSetting> searched() {
    return module.searched();
  }
}
