package io.haori.adapter.lora;

import static io.haori.check.Check.require;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Targets;
import io.haori.check.UserError;
import io.haori.tensor.DType;
import io.haori.tensor.Decompositions;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weighted sums of LoRA modules, which are sums of their updates:
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
   * @param module LoRA on every one of its layers; stays open and unchanged
   * @param weight finite; may be negative
   */
  public record Term(AdapterModule module, double weight) {
    /** Checks the weight. */
    public Term {
      require(Double.isFinite(weight), "weight of module " + module.name(), "finite", weight);
    }
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
   * @throws UserError when a module is not LoRA, or two do not fit the same base
   */
  public static AdapterModule sum(String name, List<Term> terms) {
    require(!terms.isEmpty(), "modules to combine", "at least one", "none");
    Set<String> slots = new LinkedHashSet<>();
    terms.forEach(term -> slots.addAll(term.module().layers().keySet()));
    try (Scope scope = Scope.open()) {
      Map<String, Factors> factors = new LinkedHashMap<>();
      for (String slot : slots) {
        factors.put(slot, concatenated(slot, terms));
      }
      return module(name, factors);
    }
  }

  private static Factors concatenated(String slot, List<Term> terms) {
    List<Tensor> downs = new ArrayList<>();
    List<Tensor> ups = new ArrayList<>();
    for (Term term : terms) {
      AdaptedLinear layer = term.module().layers().get(slot);
      if (layer != null) {
        LoraLinear lora = lora(term.module(), slot, layer);
        Tensor a = lora.a().value();
        Tensor b = lora.b().value();
        if (!downs.isEmpty()) {
          requireSameBase(slot, term.module(), a, downs.get(0), 1);
          requireSameBase(slot, term.module(), b, ups.get(0), 0);
        }
        downs.add(a);
        ups.add(b.mul(term.weight() * lora.scale()));
      }
    }
    return new Factors(Tensor.cat(downs, 0), Tensor.cat(ups, 1));
  }

  private static void requireSameBase(
      String slot, AdapterModule module, Tensor tensor, Tensor first, int dimension) {
    require(
        tensor.size(dimension) == first.size(dimension),
        (dimension == 0 ? "outputs" : "inputs") + " of " + slot + " in module " + module.name(),
        "as many as in the first module, " + first.size(dimension),
        tensor.size(dimension));
  }

  private static LoraLinear lora(AdapterModule module, String slot, AdaptedLinear layer) {
    if (layer instanceof LoraLinear lora) {
      return lora;
    }
    throw new UserError(
        "modules to combine must be of the method lora, got "
            + module.method().name()
            + " in module "
            + module.name()
            + " on "
            + slot);
  }

  /**
   * The nearest module of a lower rank: each layer's update is cut off after its largest singular
   * values (Eckart, Young 1936). Layers of at most that rank stay as they are.
   *
   * @param name of the new module
   * @param module LoRA on every one of its layers; stays open and unchanged
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
        LoraLinear layer = lora(module, entry.getKey(), entry.getValue());
        Components components = Components.of(layer);
        double layerLost = layer.rank() <= rank ? 0 : components.energyBeyond(rank);
        double layerAll = components.energyBeyond(0);
        lost += layerLost;
        all += layerAll;
        lostByLayer.put(entry.getKey(), share(layerLost, layerAll));
        factors.put(
            entry.getKey(), layer.rank() <= rank ? Factors.of(layer) : components.largest(rank));
      }
      return new Truncation(module(name, factors), lostByLayer, share(lost, all));
    }
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
    static Factors of(LoraLinear layer) {
      return new Factors(layer.a().value().copy(), layer.b().value().mul(layer.scale()));
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
    static Components of(LoraLinear layer) {
      Decompositions.Qr up = Decompositions.qr(layer.b().value().to(DType.F64).mul(layer.scale()));
      Decompositions.Qr down = Decompositions.qr(layer.a().value().to(DType.F64).t());
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
