package io.haori.inference.live;

import static io.haori.core.check.Check.require;

import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.combine.GatedLinear;
import io.haori.adapter.combine.WeightedSum;
import io.haori.adapter.combine.WeightedSum.Term;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.RowAdapter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.Heads;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Slot;
import io.haori.model.backbone.SlotAdapter;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One immutable state of a live model. Holds every version of its modules, and the own heads. */
final class LiveState implements Adaptation {
  private final List<LiveModule> modules;

  /** Place of each module by its name: with thousands of them a look is no walk. */
  private final Map<String, Integer> index = new HashMap<>();

  private final @Nullable Shared<Heads> heads;
  private final List<Slot> slots;

  /** What all enabled modules do together; null until somebody asks, where nothing must. */
  private volatile @Nullable Map<String, SlotAdapter> adapters;

  private LiveState(List<LiveModule> modules, @Nullable Shared<Heads> heads, List<Slot> slots) {
    this.modules = modules;
    for (LiveModule module : modules) {
      index.put(module.name(), index.size());
    }
    this.heads = heads;
    this.slots = slots;
  }

  /**
   * A state that holds its parts once more.
   *
   * @param modules in the order in which they were attached
   * @param heads of the model itself, or null
   * @param slots of the base
   * @throws io.haori.core.check.UserError when a mix uses a module that is not there, or there are
   *     own heads and the modules cannot act together; nothing is held then
   */
  static LiveState of(
      List<LiveModule> modules, @Nullable Shared<Heads> heads, Collection<Slot> slots) {
    requireUsesAreThere(modules);
    LiveState state = new LiveState(modules, heads, List.copyOf(slots));
    if (heads != null) {
      // Own heads are answered by all enabled modules together, so these must be able to.
      state.together();
    }
    state.eachPart(Shared::hold);
    if (heads != null) {
      heads.hold();
    }
    return state;
  }

  private static Map<String, SlotAdapter> adapters(
      Iterable<Slot> slots, List<LiveModule> modules, Map<String, Double> factors) {
    Map<String, SlotAdapter> adapters = new HashMap<>();
    for (Slot slot : slots) {
      SlotAdapter adapter = adapter(slot, modules, factors);
      if (adapter != null) {
        adapters.put(slot.name(), adapter);
      }
    }
    return adapters;
  }

  /**
   * What some of the modules do, as if no others were attached. A mix takes the modules along that
   * it uses.
   *
   * @param factors by module name, beside each module's own weight
   * @throws io.haori.core.check.UserError when a module is not attached or not enabled, or the
   *     modules cannot act together
   */
  Adaptation only(Map<String, Double> factors) {
    Set<String> wanted = new LinkedHashSet<>();
    for (String name : factors.keySet()) {
      LiveModule module = find(name);
      require(module.enabled(), "module " + name, "enabled to answer", "one that is disabled");
      wanted.add(name);
      wanted.addAll(module.part().uses());
    }
    // In the order in which they were attached, whoever names them.
    List<LiveModule> acting =
        wanted.stream()
            .map(index::get)
            .filter(Objects::nonNull)
            .sorted()
            .map(modules::get)
            .toList();
    if (acting.size() == 1) {
      LiveModule one = acting.get(0);
      if (one.weight() * factors.getOrDefault(one.name(), 1.0) == 1
          && !(one.part().module().method() instanceof GateMethod)) {
        // The module itself, so that rows of several modules of one method go in one product.
        return one.part().module();
      }
    }
    Map<String, SlotAdapter> chosen = adapters(slots, acting, factors);
    return slot -> chosen.get(slot.name());
  }

  /**
   * A module by its name.
   *
   * @throws io.haori.core.check.UserError when it is not attached
   */
  LiveModule find(String name) {
    Integer at = index.get(name);
    if (at != null) {
      return modules.get(at);
    }
    throw new UserError(
        "module must be one of "
            + modules.stream().map(LiveModule::name).toList()
            + ", got "
            + name);
  }

  private static void requireUsesAreThere(List<LiveModule> modules) {
    Set<String> plain = new LinkedHashSet<>();
    modules.stream().filter(m -> m.part().uses().isEmpty()).forEach(m -> plain.add(m.name()));
    for (LiveModule module : modules) {
      for (String used : module.part().uses()) {
        require(plain.contains(used), "modules of mix " + module.name(), "out of " + plain, used);
      }
    }
  }

  private static @Nullable SlotAdapter adapter(
      Slot slot, List<LiveModule> modules, Map<String, Double> factors) {
    Map<String, AdaptedLinear> enabled = new LinkedHashMap<>();
    Set<String> mixed = new LinkedHashSet<>();
    for (LiveModule module : modules) {
      AdaptedLinear layer = module.part().module().layers().get(slot.name());
      if (module.enabled() && layer != null) {
        enabled.put(module.name(), layer);
      }
      if (module.enabled()) {
        mixed.addAll(module.part().uses());
      }
    }
    List<Term> terms = new ArrayList<>();
    boolean additive = true;
    for (LiveModule module : modules) {
      AdaptedLinear layer = enabled.get(module.name());
      if (layer != null && !mixed.contains(module.name())) {
        RowAdapter adapter = layer;
        if (layer instanceof GatedLinear gate) {
          adapter = gate.over(enabled);
          gate.members().keySet().forEach(n -> requireAdditive(slot, modules, enabled, n));
        }
        if (adapter != null) {
          double factor = factors.getOrDefault(module.name(), 1.0);
          terms.add(new Term(adapter, module.weight() * factor));
          additive &= module.part().module().method().addsToOutput();
        }
      }
    }
    if (terms.isEmpty()) {
      return null;
    }
    if (terms.size() == 1 && terms.get(0).weight() == 1) {
      return terms.get(0).adapter();
    }
    if (!additive) {
      enabled.keySet().stream()
          .filter(name -> !mixed.contains(name))
          .forEach(name -> requireAdditive(slot, modules, enabled, name));
    }
    return new WeightedSum(slot.outputs(), terms);
  }

  private static void requireAdditive(
      Slot slot, List<LiveModule> modules, Map<String, AdaptedLinear> enabled, String name) {
    for (LiveModule module : modules) {
      AdapterMethod method = module.part().module().method();
      require(
          !module.name().equals(name) || !enabled.containsKey(name) || method.addsToOutput(),
          "method of module " + name,
          "one whose updates add up, to be weighted or combined on " + slot.name(),
          method.name());
    }
  }

  @Override
  public @Nullable SlotAdapter at(Slot slot) {
    return together().get(slot.name());
  }

  /** A module alone is that module, which may look at whole texts. */
  @Override
  public Adaptation forPass(
      Backbone backbone, TextBatch batch, @Nullable Tensor places, DType dtype) {
    List<LiveModule> acting = modules.stream().filter(LiveModule::enabled).toList();
    if (acting.size() != 1
        || acting.get(0).weight() != 1
        || acting.get(0).part().module().method().addsToOutput()) {
      return this;
    }
    return acting.get(0).part().module().forPass(backbone, batch, places, dtype);
  }

  /** Computed once, or twice by threads that ask at the same time. */
  private Map<String, SlotAdapter> together() {
    Map<String, SlotAdapter> known = adapters;
    if (known == null) {
      known = adapters(slots, modules, Map.of());
      adapters = known;
    }
    return known;
  }

  List<LiveModule> modules() {
    return modules;
  }

  /** Whether there is a module of that name. */
  boolean has(String name) {
    return index.containsKey(name);
  }

  /** The model's own heads, null when it has none. */
  @Nullable Heads heads() {
    return heads == null ? null : heads.value();
  }

  /** The own heads as they are shared by states, null when there are none. */
  @Nullable Shared<Heads> sharedHeads() {
    return heads;
  }

  /** Lets go of all that it holds. */
  void free() {
    eachPart(Shared::release);
    if (heads != null) {
      heads.release();
    }
  }

  private void eachPart(Consumer<Shared<LivePart>> action) {
    modules.forEach(module -> module.versions().forEach(version -> action.accept(version.part())));
  }
}
