package io.haori.training.federated;

import static io.haori.core.check.Check.require;

import io.haori.adapter.merge.ModuleMerge;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Kernels;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The modules of sites as one, with shares {@code w_i} that add up to 1. */
final class UpdateMean {
  private UpdateMean() {}

  /**
   * What a mean gave.
   *
   * @param module owned by the caller
   * @param lostEnergy {@code ‖ΔW − Σ w_i ΔW_i‖² / ‖Σ w_i ΔW_i‖²} over all layers; 0 where the mean
   *     is exact or zero
   */
  record Mean(AdapterModule module, double lostEnergy) {}

  /**
   * The mean.
   *
   * @param aggregation how
   * @param updates at least one, on the same layers
   * @param shares one an update
   * @param rank that {@link Aggregation#STACK} cuts to
   * @param slots of the base
   */
  static Mean of(
      Aggregation aggregation, List<Update> updates, double[] shares, int rank, List<Slot> slots) {
    if (aggregation == Aggregation.STACK) {
      ModuleMerge.Merged merged = ModuleMerge.toRank("task", terms(updates, shares), rank);
      return new Mean(merged.module(), merged.energyLost());
    }
    for (Update update : updates) {
      require(
          update.module().method().equals(updates.get(0).module().method()),
          "settings of the module of " + update.site(),
          "those of " + updates.get(0).site() + ", " + updates.get(0).module().method().settings(),
          update.module().method().settings());
    }
    AdapterModule mean = tensorMean(aggregation, updates, shares, slots);
    return new Mean(mean, aggregation.keepsDown() ? 0 : distance(mean, updates, shares));
  }

  private static List<ModuleMerge.Term> terms(List<Update> updates, double[] shares) {
    return IntStream.range(0, shares.length)
        .mapToObj(i -> new ModuleMerge.Term(updates.get(i).module(), shares[i]))
        .toList();
  }

  /** The mean of each tensor alone; one that all have in common stays to the last bit. */
  private static AdapterModule tensorMean(
      Aggregation aggregation, List<Update> updates, double[] shares, List<Slot> slots) {
    AdapterModule first = updates.get(0).module();
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    boolean whole = false;
    try (Scope scope = Scope.open()) {
      for (Slot slot : slots) {
        AdaptedLinear layer = first.layers().get(slot.name());
        if (layer != null) {
          if (aggregation.keepsDown()) {
            requireSharedDown(slot.name(), updates);
          }
          Map<String, Tensor> means = new LinkedHashMap<>();
          for (String name : layer.tensors().keySet()) {
            means.put(name, mean(slot.name(), name, updates, shares));
          }
          layers.put(slot.name(), first.method().restore(slot, means));
        }
      }
      whole = true;
      return new AdapterModule("task", first.method(), layers);
    } finally {
      if (!whole) {
        layers.values().forEach(AdaptedLinear::close);
      }
    }
  }

  private static Tensor mean(String slot, String name, List<Update> updates, double[] shares) {
    Tensor first = tensor(updates.get(0), slot, name);
    boolean equal = updates.stream().allMatch(one -> tensor(one, slot, name).equalTo(first));
    if (equal) {
      return first;
    }
    Tensor sum = first.mul(shares[0]);
    for (int i = 1; i < shares.length; i++) {
      sum = sum.add(tensor(updates.get(i), slot, name).mul(shares[i]));
    }
    return sum;
  }

  private static Tensor tensor(Update update, String slot, String name) {
    Tensor tensor = layer(update, slot).tensors().get(name);
    if (tensor == null) {
      throw new IllegalStateException(update.site() + " has no " + name + " on " + slot);
    }
    return tensor;
  }

  private static AdaptedLinear layer(Update update, String slot) {
    AdaptedLinear layer = update.module().layers().get(slot);
    if (layer == null) {
      throw new IllegalStateException(update.site() + " has no layer on " + slot);
    }
    return layer;
  }

  private static LowRankUpdate lowRank(Update update, String slot) {
    if (layer(update, slot) instanceof LowRankUpdate lowRank) {
      return lowRank;
    }
    throw new IllegalStateException("rounds are of low-rank methods");
  }

  private static void requireSharedDown(String slot, List<Update> updates) {
    Tensor first = lowRank(updates.get(0), slot).down();
    for (Update update : updates) {
      require(
          lowRank(update, slot).down().equalTo(first),
          "A of " + slot + " from the site " + update.site(),
          "the shared one, which no site changes",
          "another");
    }
  }

  /** How far a module's update is from the mean of the updates. */
  private static double distance(AdapterModule mean, List<Update> updates, double[] shares) {
    double apart = 0;
    double energy = 0;
    for (Map.Entry<String, AdaptedLinear> layer : mean.layers().entrySet()) {
      try (Scope scope = Scope.open()) {
        Tensor wanted = delta(lowRank(updates.get(0), layer.getKey())).mul(shares[0]);
        for (int i = 1; i < shares.length; i++) {
          wanted = wanted.add(delta(lowRank(updates.get(i), layer.getKey())).mul(shares[i]));
        }
        Tensor got = delta((LowRankUpdate) layer.getValue());
        apart += square(got.sub(wanted));
        energy += square(wanted);
      }
    }
    return energy == 0 ? 0 : apart / energy;
  }

  private static Tensor delta(LowRankUpdate update) {
    return Kernels.product(update.up(), update.down(), update.scale());
  }

  private static double square(Tensor matrix) {
    return matrix.mul(matrix).view(1, matrix.count()).sum(1, false).item();
  }
}
