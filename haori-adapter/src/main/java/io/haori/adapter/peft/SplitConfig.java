package io.haori.adapter.peft;

import io.haori.adapter.lora.LoraConfig;
import io.haori.core.check.Check;
import io.haori.model.backbone.Slot;
import io.haori.model.config.ModuleNames;
import io.haori.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The choices of a folder whose modules have other names than our layers, or are parts of one. */
final class SplitConfig {
  private SplitConfig() {}

  /**
   * The choices in terms of our layers.
   *
   * @param file for messages
   * @param config in terms of the modules
   * @param modules their names
   * @param stored tensors of the modules of each layer, in the order of its outputs
   * @throws io.haori.core.check.UserError when some of a layer's modules are missing, or differ in
   *     rank or alpha
   */
  static LoraConfig joined(
      Path file,
      LoraConfig config,
      ModuleNames modules,
      Map<Slot, List<Map<String, Tensor>>> stored) {
    List<String> names = new ArrayList<>();
    Map<String, String> ours = new LinkedHashMap<>();
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Map<String, Double> alphas = new LinkedHashMap<>();
    for (Map.Entry<Slot, List<Map<String, Tensor>>> layer : stored.entrySet()) {
      List<String> parts = modules.partsInMemory(layer.getKey().name());
      String first = parts.get(0);
      boolean alike =
          layer.getValue().size() == parts.size()
              && parts.stream()
                  .allMatch(
                      part ->
                          config.rankOf(part) == config.rankOf(first)
                              && config.alphaOf(part) == config.alphaOf(first));
      if (!alike) {
        throw Check.in(
            file, "must adapt " + String.join(" and ", parts) + " with one rank and alpha");
      }
      for (String part : parts) {
        names.add(part);
        ours.put(part, layer.getKey().name());
      }
      if (parts.size() > 1 && !SplitLayers.shareInner(layer.getValue())) {
        int rank = parts.size() * config.rankOf(first);
        double growth = (double) rank / config.rankOf(first);
        String key = layer.getKey().name().replace(".", "\\.");
        ranks.put(key, rank);
        // The scale, alpha / rank or alpha / root of the rank, stays as it is.
        alphas.put(
            key, config.alphaOf(first) * (config.rankStabilized() ? Math.sqrt(growth) : growth));
      }
    }
    LoraConfig renamed =
        AdapterConfig.renamed(config, names, name -> List.of(ours.getOrDefault(name, name)));
    ranks.putAll(without(renamed.rankPattern(), ranks));
    alphas.putAll(without(renamed.alphaPattern(), alphas));
    return new LoraConfig(
        renamed.rank(),
        renamed.alpha(),
        renamed.dropout(),
        renamed.rankStabilized(),
        renamed.learningRateRatio(),
        renamed.targets(),
        ranks,
        alphas);
  }

  private static <T> Map<String, T> without(Map<String, T> all, Map<String, T> known) {
    Map<String, T> rest = new LinkedHashMap<>(all);
    rest.keySet().removeAll(known.keySet());
    return rest;
  }
}
