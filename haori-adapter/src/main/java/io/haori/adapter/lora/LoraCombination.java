package io.haori.adapter.lora;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weighted sums of LoRA modules and others with low-rank updates, which are sums of the updates:
 *
 * <pre>{@code
 * ΔW = Σ wₖ sₖ Bₖ Aₖ = [w₁s₁B₁ … w_N s_N B_N] [A₁; …; A_N]
 *                       [o, Σr]                [Σr, i]
 * }</pre>
 *
 * Adding the A's and the B's apart would bring in products of one module's B with another's A,
 * which no module learnt. The result has scale 1 and no dropout; layers are in the order in which
 * the modules name them.
 */
public final class LoraCombination {
  private LoraCombination() {}

  /**
   * One module of a sum.
   *
   * @param module adds a low-rank update on every one of its layers; stays open and unchanged
   * @param weight finite; may be negative
   */
  public record Term(AdapterModule module, double weight) {
    /** Checks the weight. */
    public Term {
      require(Double.isFinite(weight), "weight of module " + module.name(), "finite", weight);
    }
  }

  /** Weights that differ from layer to layer. */
  @FunctionalInterface
  public interface LayerWeights {
    /**
     * The weight of one layer of a module.
     *
     * @param module one of those that are summed
     * @param slot name of a layer of this module
     * @return finite
     */
    double of(AdapterModule module, String slot);
  }

  /**
   * A module of a lower rank than it was.
   *
   * @param module owned by the caller
   * @param lostByLayer share of each layer's energy {@code ‖ΔW‖²} (Frobenius) that was cut off, in
   *     [0, 1]
   * @param lost share of the energy of all layers together, in [0, 1]
   */
  public record Truncation(AdapterModule module, Map<String, Double> lostByLayer, double lost) {}

  /**
   * The sum without loss, of the sum of the ranks.
   *
   * @param name of the new module
   * @param terms at least one; they may sit on different layers
   * @return owned by the caller
   * @throws UserError when a module's update is not low-rank, or two do not fit the same base
   */
  public static AdapterModule sum(String name, List<Term> terms) {
    // A module may be in several terms.
    IdentityHashMap<AdapterModule, Double> weights = new IdentityHashMap<>();
    terms.forEach(term -> weights.merge(term.module(), term.weight(), Double::sum));
    List<AdapterModule> modules = terms.stream().map(Term::module).distinct().toList();
    return sum(name, modules, (module, slot) -> weights.getOrDefault(module, 0.0));
  }

  /**
   * The sum without loss with weights that differ from layer to layer.
   *
   * @param name of the new module
   * @param modules at least one; they may sit on different layers
   * @param weights of their layers
   * @return owned by the caller
   * @throws UserError when a module's update is not low-rank, or two do not fit the same base
   */
  public static AdapterModule sum(String name, List<AdapterModule> modules, LayerWeights weights) {
    require(!modules.isEmpty(), "modules to combine", "at least one", "none");
    Set<String> slots = new LinkedHashSet<>();
    modules.forEach(module -> slots.addAll(module.layers().keySet()));
    try (Scope scope = Scope.open()) {
      Map<String, LowRankFactors> factors = new LinkedHashMap<>();
      for (String slot : slots) {
        factors.put(slot, concatenated(slot, modules, weights));
      }
      return LowRankFactors.module(name, factors);
    }
  }

  private static LowRankFactors concatenated(
      String slot, List<AdapterModule> modules, LayerWeights weights) {
    List<Tensor> downs = new ArrayList<>();
    List<Tensor> ups = new ArrayList<>();
    for (AdapterModule module : modules) {
      AdaptedLinear layer = module.layers().get(slot);
      if (layer != null) {
        LowRankUpdate update = lowRank(module, slot, layer);
        Tensor a = update.down();
        Tensor b = update.up();
        if (!downs.isEmpty()) {
          requireSameBase(slot, module, a, downs.get(0), 1);
          requireSameBase(slot, module, b, ups.get(0), 0);
        }
        downs.add(a);
        ups.add(b.mul(weights.of(module, slot) * update.scale()));
      }
    }
    return new LowRankFactors(Tensors.cat(downs, 0), Tensors.cat(ups, 1));
  }

  /**
   * The same module as LoRA, whatever its method is, as long as it has a merged weight: {@code ΔW =
   * W' − W} with no more loss than rounding. What is low-rank already keeps its rank; anything else
   * gets the layer's full width {@code min(o, i)}, which costs about twice a product of the base;
   * {@link #truncated} makes it thin.
   *
   * @param name of the new module
   * @param module stays open and unchanged
   * @param slots of the base that it sits on
   * @return owned by the caller
   */
  public static AdapterModule exact(String name, AdapterModule module, List<Slot> slots) {
    try (Scope scope = Scope.open()) {
      Map<String, LowRankFactors> factors = new LinkedHashMap<>();
      for (Slot slot : slots) {
        AdaptedLinear layer = module.layers().get(slot.name());
        if (layer != null) {
          factors.put(
              slot.name(),
              adds(module, layer) ? LowRankFactors.of((LowRankUpdate) layer) : whole(slot, layer));
        }
      }
      require(
          factors.size() == module.layers().size(),
          "layers of module " + module.name(),
          "layers of the base",
          module.layers().keySet());
      require(!factors.isEmpty(), "module to convert", "on at least one layer", module.name());
      return LowRankFactors.module(name, factors);
    }
  }

  private static LowRankFactors whole(Slot slot, AdaptedLinear layer) {
    Tensor frozen = slot.weight().frozen().to(DType.F32);
    Tensor delta = layer.merged(frozen).sub(frozen);
    return slot.inputs() <= slot.outputs()
        ? new LowRankFactors(identity(slot.inputs()), delta)
        : new LowRankFactors(delta, identity(slot.outputs()));
  }

  private static Tensor identity(int width) {
    float[] values = new float[Math.multiplyExact(width, width)];
    for (int i = 0; i < width; i++) {
      values[i * width + i] = 1;
    }
    return Tensors.of(values, width, width);
  }

  /**
   * Refuses modules whose updates on a layer have different shapes.
   *
   * @param slot name of the layer
   * @param modules with low-rank updates there
   */
  public static void requireSameShape(String slot, List<AdapterModule> modules) {
    LowRankUpdate first = null;
    for (AdapterModule module : modules) {
      AdaptedLinear layer = module.layers().get(slot);
      if (layer != null) {
        LowRankUpdate update = lowRank(module, slot, layer);
        first = first == null ? update : first;
        requireSameBase(slot, module, update.down(), first.down(), 1);
        requireSameBase(slot, module, update.up(), first.up(), 0);
      }
    }
  }

  private static void requireSameBase(
      String slot, AdapterModule module, Tensor tensor, Tensor first, int dimension) {
    require(
        tensor.size(dimension) == first.size(dimension),
        (dimension == 0 ? "outputs" : "inputs") + " of " + slot + " in module " + module.name(),
        "as many as in the first module, " + first.size(dimension),
        tensor.size(dimension));
  }

  /** A low-rank layer may also multiply, as DoRA's does. */
  private static boolean adds(AdapterModule module, AdaptedLinear layer) {
    return layer instanceof LowRankUpdate && module.method().addsToOutput();
  }

  /**
   * A layer that adds a low-rank update.
   *
   * @param module that it is of
   * @param slot where it is
   * @param layer the layer
   * @throws UserError when it adds none
   */
  public static LowRankUpdate lowRank(AdapterModule module, String slot, AdaptedLinear layer) {
    if (!adds(module, layer)) {
      throw new UserError(
          "modules to combine must be of methods that add a low-rank update as lora does, got "
              + module.method().name()
              + " in module "
              + module.name()
              + " on "
              + slot);
    }
    return (LowRankUpdate) layer;
  }

  /**
   * The nearest module of a lower rank: each layer's update is cut off after its largest singular
   * values (Eckart, Young 1936). Layers of at most that rank stay as they are.
   *
   * @param name of the new module
   * @param module adds a low-rank update on every one of its layers; stays open and unchanged
   * @param rank at most this many components a layer; at least 1
   * @return the module and what it lost
   */
  public static Truncation truncated(String name, AdapterModule module, int rank) {
    require(rank >= 1, "rank of the combination", "at least 1", rank);
    try (Scope scope = Scope.open()) {
      Map<String, Integer> ranks = new LinkedHashMap<>();
      module.layers().keySet().forEach(slot -> ranks.put(slot, rank));
      return LoraSpectrum.of(module).keeping(name, ranks);
    }
  }

  /**
   * The module of the strongest components, wherever they sit: no other choice of that many loses
   * less energy. Layers of which none is left are left out.
   *
   * @param name of the new module
   * @param module adds a low-rank update on every one of its layers; stays open and unchanged
   * @param components of all layers together; at least 1
   * @return the module and what it lost
   */
  public static Truncation strongest(String name, AdapterModule module, int components) {
    require(components >= 1, "components to keep", "at least 1", components);
    try (Scope scope = Scope.open()) {
      LoraSpectrum spectrum = LoraSpectrum.of(module);
      return spectrum.keeping(name, spectrum.strongest(components));
    }
  }

  /** Components of a module: the ranks of its layers, added up. */
  public static int components(AdapterModule module) {
    return module.layers().entrySet().stream()
        .mapToInt(
            entry ->
                Math.toIntExact(lowRank(module, entry.getKey(), entry.getValue()).down().size(0)))
        .sum();
  }

  /**
   * The fewest components of all layers together that hold a share of the energy {@code ‖ΔW‖²}.
   *
   * @param module adds a low-rank update on every one of its layers
   * @param share in (0, 1]
   * @return at least 1
   */
  public static int componentsReaching(AdapterModule module, double share) {
    require(share > 0 && share <= 1, "share of the energy", "in (0, 1]", share);
    try (Scope scope = Scope.open()) {
      return LoraSpectrum.of(module).reaching(share);
    }
  }
}
