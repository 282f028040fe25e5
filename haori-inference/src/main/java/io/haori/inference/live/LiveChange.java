package io.haori.inference.live;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.model.backbone.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a change does to a live model's modules; all of it becomes visible at once, or nothing. It
 * serves one thread, inside {@link LiveModel#change} only.
 *
 * <p>Every method throws {@link io.haori.core.check.UserError} when it cannot be done; parts that
 * were given then still belong to the caller.
 */
public final class LiveChange {
  private final Map<String, LiveModule> modules = new LinkedHashMap<>();
  private final List<Shared<LivePart>> added = new ArrayList<>();
  private final Map<String, Slot> slots;
  private final int keptVersions;

  LiveChange(List<LiveModule> present, Map<String, Slot> slots, int keptVersions) {
    present.forEach(module -> modules.put(module.name(), module));
    this.slots = slots;
    this.keptVersions = keptVersions;
  }

  /**
   * Attaches a module, enabled, with weight 1.
   *
   * @param name new to the model
   * @param part owned by the model once the change is made
   */
  public LiveChange attach(String name, LivePart part) {
    require(!modules.containsKey(name), "name of a module", "new to the live model", name);
    modules.put(name, LiveModule.attached(name, add(name, part)));
    return this;
  }

  /** Takes a module and all its versions away. */
  public LiveChange detach(String name) {
    find(name);
    requireUnused(name, "detached");
    modules.remove(name);
    return this;
  }

  /** Lets a module take part again. */
  public LiveChange enable(String name) {
    modules.put(name, find(name).withEnabled(true));
    return this;
  }

  /** Switches a module off: the output is that of a model that never had it, to the bit. */
  public LiveChange disable(String name) {
    modules.put(name, find(name).withEnabled(false));
    return this;
  }

  /**
   * Sets what a module's update is multiplied with.
   *
   * @param name of an attached module
   * @param weight finite
   */
  public LiveChange weight(String name, double weight) {
    require(Double.isFinite(weight), "weight of module " + name, "finite", weight);
    modules.put(name, find(name).withWeight(weight));
    return this;
  }

  /**
   * Puts a new version in a module's place; the old one is kept to go back to.
   *
   * @param name of an attached module that no mix uses
   * @param part owned by the model once the change is made
   */
  public LiveChange replace(String name, LivePart part) {
    LiveModule module = find(name);
    requireUnused(name, "replaced");
    modules.put(name, module.replaced(add(name, part), keptVersions));
    return this;
  }

  /** Puts the version that was live before a module's live one back in its place. */
  public LiveChange rollback(String name) {
    LiveModule module = find(name);
    requireUnused(name, "rolled back");
    require(
        module.versions().size() > 1,
        "module " + name,
        "replaced before it is rolled back",
        "version " + module.live().number() + " and no kept version before it");
    modules.put(name, module.rolledBack());
    return this;
  }

  private LiveModule find(String name) {
    LiveModule module = modules.get(name);
    if (module == null) {
      require(false, "module", "one of " + modules.keySet(), name);
      throw new AssertionError();
    }
    return module;
  }

  /** A mix was learnt over just these versions, and one that is kept may come back. */
  private void requireUnused(String name, String done) {
    for (LiveModule other : modules.values()) {
      boolean uses =
          other.versions().stream().anyMatch(v -> v.part().value().uses().contains(name));
      require(
          !uses,
          "module " + name,
          "free of mixes to be " + done,
          "the mix " + other.name() + ", which uses it");
    }
  }

  private Shared<LivePart> add(String name, LivePart part) {
    requireFits(name, part.module());
    boolean known =
        modules.values().stream()
            .flatMap(module -> module.versions().stream())
            .anyMatch(version -> version.part().value().module() == part.module());
    require(!known, "module " + name, "attached once", "one that this live model already owns");
    Shared<LivePart> shared = new Shared<>(part, part::close);
    added.add(shared);
    return shared;
  }

  private void requireFits(String name, AdapterModule module) {
    require(
        !module.method().trainsBase(),
        "module " + name,
        "of a method that sits on layers",
        module.method().name());
    for (Map.Entry<String, AdaptedLinear> entry : module.layers().entrySet()) {
      Slot slot = slots.get(entry.getKey());
      boolean fits =
          slot != null
              && (!(entry.getValue() instanceof LowRankUpdate update)
                  || (update.down().size(1) == slot.inputs()
                      && update.up().size(0) == slot.outputs()));
      require(fits, "module " + name, "made for this base", "a layer on " + entry.getKey());
    }
  }

  /** The modules after the change. */
  List<LiveModule> modules() {
    return List.copyOf(modules.values());
  }

  /** Parts that are new with this change, held once each by the change. */
  List<Shared<LivePart>> added() {
    return added;
  }
}
