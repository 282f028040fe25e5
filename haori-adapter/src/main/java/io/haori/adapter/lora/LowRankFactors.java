package io.haori.adapter.lora;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.Targets;
import io.haori.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An update {@code b a} of scale 1, F32.
 *
 * @param a {@code [r, i]}
 * @param b {@code [o, r]}
 */
public record LowRankFactors(Tensor a, Tensor b) {
  /** Those of a layer, its scale put into {@code b}. */
  public static LowRankFactors of(LowRankUpdate layer) {
    return new LowRankFactors(layer.down().copy(), layer.up().mul(layer.scale()));
  }

  /** {@code r}. */
  public int rank() {
    return Math.toIntExact(a.size(0));
  }

  /**
   * A module of scale 1 whose layers may have different ranks.
   *
   * @param name of the module
   * @param factors by slot name; copied
   * @return owned by the caller
   */
  public static AdapterModule module(String name, Map<String, LowRankFactors> factors) {
    int widest = factors.values().stream().mapToInt(LowRankFactors::rank).max().orElse(1);
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
}
