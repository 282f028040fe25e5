package io.haori.adapter.lora;

import static io.haori.check.Check.require;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.Targets;
import io.haori.check.UserError;
import io.haori.model.transformer.Slot;
import io.haori.tensor.DType;
import io.haori.tensor.Decompositions;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
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
 * which no module learnt. The result has scale 1 and no dropout; layers stand in the order in which
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
    // A module may stand in several terms.
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
      Map<String, Factors> factors = new LinkedHashMap<>();
      for (String slot : slots) {
        factors.put(slot, concatenated(slot, modules, weights));
      }
      return module(name, factors);
    }
  }

  private static Factors concatenated(
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
    return new Factors(Tensor.cat(downs, 0), Tensor.cat(ups, 1));
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
      Map<String, Factors> factors = new LinkedHashMap<>();
      for (Slot slot : slots) {
        AdaptedLinear layer = module.layers().get(slot.name());
        if (layer != null) {
          factors.put(
              slot.name(),
              adds(module, layer) ? Factors.of((LowRankUpdate) layer) : whole(slot, layer));
        }
      }
      require(
          factors.size() == module.layers().size(),
          "layers of module " + module.name(),
          "layers of the base",
          module.layers().keySet());
      require(!factors.isEmpty(), "module to convert", "on at least one layer", module.name());
      return module(name, factors);
    }
  }

  private static Factors whole(Slot slot, AdaptedLinear layer) {
    Tensor frozen = slot.weight().frozen().to(DType.F32);
    Tensor delta = layer.merged(frozen).sub(frozen);
    return slot.inputs() <= slot.outputs()
        ? new Factors(identity(slot.inputs()), delta)
        : new Factors(delta, identity(slot.outputs()));
  }

  private static Tensor identity(int width) {
    float[] values = new float[Math.multiplyExact(width, width)];
    for (int i = 0; i < width; i++) {
      values[i * width + i] = 1;
    }
    return Tensor.of(values, width, width);
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

  private static LowRankUpdate lowRank(AdapterModule module, String slot, AdaptedLinear layer) {
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
   * @param rank at most so many components a layer; at least 1
   * @return the module and what it lost
   */
  public static Truncation truncated(String name, AdapterModule module, int rank) {
    require(rank >= 1, "rank of the combination", "at least 1", rank);
    try (Scope scope = Scope.open()) {
      Map<String, Factors> factors = new LinkedHashMap<>();
      Map<String, Double> lostByLayer = new LinkedHashMap<>();
      double lost = 0;
      double all = 0;
      for (Map.Entry<String, AdaptedLinear> entry : module.layers().entrySet()) {
        LowRankUpdate layer = lowRank(module, entry.getKey(), entry.getValue());
        Components components = Components.of(layer);
        double layerLost = rank(layer) <= rank ? 0 : components.energyBeyond(rank);
        double layerAll = components.energyBeyond(0);
        lost += layerLost;
        all += layerAll;
        lostByLayer.put(entry.getKey(), share(layerLost, layerAll));
        factors.put(
            entry.getKey(), rank(layer) <= rank ? Factors.of(layer) : components.largest(rank));
      }
      return new Truncation(module(name, factors), lostByLayer, share(lost, all));
    }
  }

  private static long rank(LowRankUpdate layer) {
    return layer.down().size(0);
  }

  private static double share(double part, double all) {
    return all == 0 ? 0 : part / all;
  }

  /** A module of scale 1 whose layers may have different ranks. */
  private static AdapterModule module(String name, Map<String, Factors> factors) {
    int widest = factors.values().stream().mapToInt(Factors::rank).max().orElse(1);
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Map<String, Double> alphas = new LinkedHashMap<>();
    factors.forEach(
        (slot, factor) -> {
          if (factor.rank() != widest) {
            String key = slot.replace(".", "\\.");
            ranks.put(key, factor.rank());
            alphas.put(key, (double) factor.rank());
          }
        });
    Targets targets = Targets.named(List.copyOf(factors.keySet()));
    LoraConfig config = new LoraConfig(widest, widest, 0, false, 1, targets, ranks, alphas);
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    factors.forEach(
        (slot, factor) -> layers.put(slot, new LoraLinear(slot, factor.a(), factor.b(), config)));
    return new AdapterModule(name, new LoraMethod(config), layers);
  }

  /**
   * An update {@code b a} of scale 1, F32.
   *
   * @param a {@code [r, i]}
   * @param b {@code [o, r]}
   */
  private record Factors(Tensor a, Tensor b) {
    static Factors of(LowRankUpdate layer) {
      return new Factors(layer.down().copy(), layer.up().mul(layer.scale()));
    }

    int rank() {
      return Math.toIntExact(a.size(0));
    }
  }

  /**
   * An update {@code u diag(s) v} in F64, found without making it whole: the QR factors of B and Aᵀ
   * leave a matrix of the update's rank to decompose.
   */
  private record Components(Tensor u, Tensor s, Tensor v) {
    static Components of(LowRankUpdate layer) {
      Decompositions.Qr up = Decompositions.qr(layer.up().to(DType.F64).mul(layer.scale()));
      Decompositions.Qr down = Decompositions.qr(layer.down().to(DType.F64).t());
      Decompositions.Svd core = Decompositions.svd(up.r().matmul(down.r().t()));
      return new Components(up.q().matmul(core.u()), core.s(), core.v().matmul(down.q().t()));
    }

    /** Sum of the squares of the singular values after the first so many. */
    double energyBeyond(int rank) {
      long rest = s.count() - rank;
      return rest <= 0 ? 0 : s.narrow(0, rank, rest).square().sum().item();
    }

    /** The first so many components, their size shared evenly by both factors. */
    Factors largest(int rank) {
      long kept = Math.min(rank, s.count());
      Tensor root = s.narrow(0, 0, kept).sqrt();
      Tensor a = v.narrow(0, 0, kept).mul(root.view(kept, 1)).to(DType.F32);
      Tensor b = u.narrow(1, 0, kept).mul(root.view(1, kept)).to(DType.F32);
      return new Factors(a, b);
    }
  }
}
