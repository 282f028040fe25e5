package io.haori.adapter.lora;

import io.haori.adapter.lora.LoraCombination.Truncation;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.core.weights.DType;
import io.haori.tensor.Decompositions;
import io.haori.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The updates of a module as singular components, layer by layer. Its tensors belong to the scope
 * that it was made in.
 *
 * @param module adds a low-rank update on every one of its layers
 * @param layers components by slot name
 */
record LoraSpectrum(AdapterModule module, Map<String, Components> layers) {
  /**
   * An update {@code u diag(s) v} in F64, found without making it whole: the QR factors of B and Aᵀ
   * leave a matrix of the update's rank to decompose.
   *
   * @param u orthonormal columns {@code [o, r]}
   * @param s singular values {@code [r]}, falling
   * @param v orthonormal rows {@code [r, i]}
   */
  record Components(Tensor u, Tensor s, Tensor v) {
    static Components of(LowRankUpdate layer) {
      Decompositions.Qr up = Decompositions.qr(layer.up().to(DType.F64).mul(layer.scale()));
      Decompositions.Qr down = Decompositions.qr(layer.down().to(DType.F64).t());
      Decompositions.Svd core = Decompositions.svd(up.r().matmul(down.r().t()));
      return new Components(up.q().matmul(core.u()), core.s(), core.v().matmul(down.q().t()));
    }

    /** Sum of the squares of the singular values after the first {@code n}. */
    double energyBeyond(int rank) {
      long rest = s.count() - rank;
      return rest <= 0 ? 0 : s.narrow(0, rank, rest).square().sum().item();
    }

    /** The first {@code n} components, their size shared evenly by both factors. */
    LowRankFactors largest(int rank) {
      long kept = Math.min(rank, s.count());
      Tensor root = s.narrow(0, 0, kept).sqrt();
      Tensor a = v.narrow(0, 0, kept).mul(root.view(kept, 1)).to(DType.F32);
      Tensor b = u.narrow(1, 0, kept).mul(root.view(1, kept)).to(DType.F32);
      return new LowRankFactors(a, b);
    }
  }

  /** One component of one layer. */
  private record Component(String slot, double energy) {}

  static LoraSpectrum of(AdapterModule module) {
    Map<String, Components> layers = new LinkedHashMap<>();
    for (Map.Entry<String, AdaptedLinear> entry : module.layers().entrySet()) {
      LowRankUpdate layer = LoraCombination.lowRank(module, entry.getKey(), entry.getValue());
      layers.put(entry.getKey(), Components.of(layer));
    }
    return new LoraSpectrum(module, layers);
  }

  private List<Component> strongestFirst() {
    List<Component> all = new ArrayList<>();
    layers.forEach(
        (slot, components) -> {
          for (float energy : components.s().square().toFloats()) {
            all.add(new Component(slot, energy));
          }
        });
    all.sort(Comparator.comparingDouble(Component::energy).reversed());
    return all;
  }

  /** Ranks by slot that keep the {@code n} strongest components of all layers together. */
  Map<String, Integer> strongest(int count) {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    layers.keySet().forEach(slot -> ranks.put(slot, 0));
    strongestFirst().stream()
        .limit(count)
        .forEach(component -> ranks.merge(component.slot(), 1, Integer::sum));
    return ranks;
  }

  /** The fewest components, but at least one, that hold a share of all energy. */
  int reaching(double share) {
    List<Component> components = strongestFirst();
    double wanted = share * components.stream().mapToDouble(Component::energy).sum();
    double reached = 0;
    int count = 0;
    while (count < components.size() && (count == 0 || reached < wanted)) {
      reached += components.get(count++).energy();
    }
    return count;
  }

  /**
   * The module of these ranks, with layers of rank 0 left out and those that keep their rank as
   * they are.
   */
  Truncation keeping(String name, Map<String, Integer> ranks) {
    Map<String, LowRankFactors> factors = new LinkedHashMap<>();
    Map<String, Double> lostByLayer = new LinkedHashMap<>();
    double lost = 0;
    double all = 0;
    for (Map.Entry<String, AdaptedLinear> entry : module.layers().entrySet()) {
      String slot = entry.getKey();
      LowRankUpdate layer = LoraCombination.lowRank(module, slot, entry.getValue());
      Components components = layers.get(slot);
      int rank = ranks.getOrDefault(slot, 0);
      if (components == null) {
        throw new IllegalStateException("no components of " + slot);
      }
      boolean whole = rank >= layer.down().size(0);
      double layerLost = whole ? 0 : components.energyBeyond(rank);
      double layerAll = components.energyBeyond(0);
      lost += layerLost;
      all += layerAll;
      lostByLayer.put(slot, share(layerLost, layerAll));
      if (rank > 0) {
        factors.put(slot, whole ? LowRankFactors.of(layer) : components.largest(rank));
      }
    }
    return new Truncation(LowRankFactors.module(name, factors), lostByLayer, share(lost, all));
  }

  private static double share(double part, double all) {
    return all == 0 ? 0 : part / all;
  }
}
