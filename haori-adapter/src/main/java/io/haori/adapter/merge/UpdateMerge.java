package io.haori.adapter.merge;

import io.haori.adapter.lora.LoraCombination;
import io.haori.adapter.lora.LowRankFactors;
import io.haori.adapter.merge.ModuleMerge.Merged;
import io.haori.adapter.merge.ModuleMerge.Term;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.tensor.Decompositions;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Merges modules layer by layer otherwise than as a sum. A module without a layer has an update of
 * zeros there. The update of {@code ties} and {@code dare} has no low rank of its own: it is cut to
 * the sum of the modules' ranks on the layer unless a rank is chosen.
 */
final class UpdateMerge {
  private final List<Term> terms;
  private final MergeConfig config;
  private double lost;
  private double energy;

  /**
   * Prepares.
   *
   * @param terms at least two, of different modules and with weights other than 0
   * @param config of another kind than the sum
   */
  UpdateMerge(List<Term> terms, MergeConfig config) {
    this.terms = terms;
    this.config = config;
  }

  /** The module of this name and of at most a rank on each layer. */
  Merged merge(String name, OptionalInt rank) {
    Set<String> slots = new LinkedHashSet<>();
    terms.forEach(term -> slots.addAll(term.module().layers().keySet()));
    try (Scope scope = Scope.open()) {
      Map<String, LowRankFactors> merged = new LinkedHashMap<>();
      for (String slot : slots) {
        merged.put(slot, layer(slot, rank));
      }
      return new Merged(LowRankFactors.module(name, merged), energy == 0 ? 0 : lost / energy);
    }
  }

  private LowRankFactors layer(String slot, OptionalInt rank) {
    try (Scope scope = Scope.open()) {
      List<Integer> present = new ArrayList<>();
      List<LowRankFactors> factors = new ArrayList<>();
      for (int k = 0; k < terms.size(); k++) {
        AdapterModule module = terms.get(k).module();
        AdaptedLinear layer = module.layers().get(slot);
        if (layer != null) {
          present.add(k);
          factors.add(LowRankFactors.of(LoraCombination.lowRank(module, slot, layer)));
        }
      }
      LoraCombination.requireSameShape(
          slot, present.stream().map(k -> terms.get(k).module()).toList());
      LowRankFactors made = layer(slot, present, factors, rank);
      LowRankFactors kept = new LowRankFactors(made.a().contiguous(), made.b().contiguous());
      scope.keep(kept.a());
      scope.keep(kept.b());
      return kept;
    }
  }

  private LowRankFactors layer(
      String slot, List<Integer> present, List<LowRankFactors> factors, OptionalInt rank) {
    double[] weights = present.stream().mapToDouble(k -> terms.get(k).weight()).toArray();
    int ranks = factors.stream().mapToInt(LowRankFactors::rank).sum();
    double all = terms.stream().mapToDouble(term -> Math.abs(term.weight())).sum();
    double here = IntStream.range(0, weights.length).mapToDouble(k -> Math.abs(weights[k])).sum();
    if (config.kind() == MergeKind.KNOTS) {
      LowRankFactors merged = Knots.merge(factors, weights, config.density());
      LowRankFactors scaled = new LowRankFactors(merged.a(), merged.b().mul(all / here));
      return rank.isEmpty() || scaled.rank() <= rank.getAsInt()
          ? counted(scaled)
          : cut(scaled.b().to(DType.F64).matmul(scaled.a().to(DType.F64)), rank.getAsInt());
    }
    List<double[]> updates = factors.stream().map(UpdateMerge::whole).toList();
    double[] merged =
        config.kind() == MergeKind.TIES
            ? Ties.merge(updates, weights, config.density())
            : Dare.merge(updates, weights, config.density(), random(slot, present));
    // The sum of weights in Ties is that of all modules, those without this layer too.
    double factor = config.kind() == MergeKind.TIES ? all / here : 1;
    long outputs = factors.get(0).b().size(0);
    long inputs = factors.get(0).a().size(1);
    return cut(Tensors.of(merged, outputs, inputs).mul(factor), rank.orElse(ranks));
  }

  private List<SplittableRandom> random(String slot, List<Integer> present) {
    long seed = Seeds.ofDomain(config.seed(), slot);
    return present.stream()
        .map(k -> new SplittableRandom(Seeds.of(seed, Purpose.DROPOUT, k)))
        .toList();
  }

  private static double[] whole(LowRankFactors factors) {
    try (Scope scope = Scope.open()) {
      return factors.b().to(DType.F64).matmul(factors.a().to(DType.F64)).toDoubles();
    }
  }

  private LowRankFactors counted(LowRankFactors whole) {
    Tensor ups = whole.b().to(DType.F64);
    Tensor downs = whole.a().to(DType.F64);
    energy += ups.t().matmul(ups).mul(downs.matmul(downs.t())).sum().item();
    return whole;
  }

  /** The nearest update of a rank (Eckart, Young 1936). */
  private LowRankFactors cut(Tensor update, int rank) {
    Decompositions.Svd svd = Decompositions.svd(update);
    long kept = Math.min(rank, svd.s().count());
    energy += svd.s().square().sum().item();
    long rest = svd.s().count() - kept;
    lost += rest == 0 ? 0 : svd.s().narrow(0, kept, rest).square().sum().item();
    Tensor root = svd.s().narrow(0, 0, kept).sqrt();
    return new LowRankFactors(
        svd.v().narrow(0, 0, kept).mul(root.view(kept, 1)).to(DType.F32),
        svd.u().narrow(1, 0, kept).mul(root.view(1, kept)).to(DType.F32));
  }
}
