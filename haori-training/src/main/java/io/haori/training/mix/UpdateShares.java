package io.haori.training.mix;

import io.haori.adapter.spi.ModuleParts;
import io.haori.model.backbone.Slot;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the update of a module made of others is divided among these.
 *
 * @param byLayer share of each module in the energy of a layer's updates, {@code [modules]} by
 *     layer; sums to 1, or all 0 where a layer has no update
 * @param shares of each module in the energy of all updates; in [0, 1], summing to 1, or all 0
 */
record UpdateShares(Map<String, double[]> byLayer, List<Double> shares) {
  /** Measures a module whose division is known. */
  static UpdateShares of(ModuleParts parts, List<Slot> slots) {
    Map<String, String> layers = layers(slots);
    Map<String, double[]> energies = new LinkedHashMap<>();
    int count = parts.modules().size();
    double[] all = new double[count];
    parts
        .energies()
        .forEach(
            (slot, bySlot) -> {
              double[] layer =
                  energies.computeIfAbsent(
                      layers.getOrDefault(slot, slot), key -> new double[count]);
              for (int k = 0; k < count; k++) {
                layer[k] += bySlot[k];
                all[k] += bySlot[k];
              }
            });
    Map<String, double[]> byLayer = new LinkedHashMap<>();
    energies.forEach((layer, values) -> byLayer.put(layer, shares(values)));
    return new UpdateShares(byLayer, Arrays.stream(shares(all)).boxed().toList());
  }

  /** What a picture calls each slot's layer: its number, or the module outside the layers. */
  private static Map<String, String> layers(List<Slot> slots) {
    Map<String, String> layers = new HashMap<>();
    for (Slot slot : slots) {
      layers.put(
          slot.name(),
          slot.layer() == Slot.NO_LAYER
              ? slot.name().split("\\.", -1)[0]
              : String.valueOf(slot.layer()));
    }
    return layers;
  }

  private static double[] shares(double[] energies) {
    double sum = Arrays.stream(energies).sum();
    double[] shares = new double[energies.length];
    for (int k = 0; k < shares.length; k++) {
      shares[k] = sum == 0 ? 0 : energies[k] / sum;
    }
    return shares;
  }
}
