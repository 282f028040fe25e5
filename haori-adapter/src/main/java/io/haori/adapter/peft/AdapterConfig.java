package io.haori.adapter.peft;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.spi.Targets;
import io.haori.model.backbone.Slot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What {@code adapter_config.json} says of the arithmetic, with its keys' meanings.
 *
 * @param form the method that it chooses
 * @param lora rank, alpha, dropout and patterns; its targets are those of the file
 * @param targets the modules that it means
 * @param settings the rest; its prefix is not known yet
 */
record AdapterConfig(PeftForm form, LoraConfig lora, PeftTargets targets, PeftSettings settings) {
  /** The slots that the file means, given what comes before their names in its model. */
  List<Slot> select(List<Slot> slots, String prefix) {
    return slots.stream().filter(slot -> targets.selects(prefix + slot.name())).toList();
  }

  /**
   * The choices in terms of slot names. Regular expressions of the file are meant for names with
   * the model's prefix; where that makes a difference, the selected slots are named one by one.
   */
  LoraConfig forSlots(List<Slot> slots, List<Slot> selected, String prefix) {
    List<String> names = selected.stream().map(Slot::name).toList();
    Targets meant = targets.targets();
    boolean sameTargets =
        slots.stream().map(Slot::name).filter(meant::matches).toList().equals(names);
    Targets ours = sameTargets ? meant : Targets.named(names);
    LoraConfig config = lora.withTargets(ours);
    boolean samePatterns =
        names.stream()
            .allMatch(
                name ->
                    lora.rankOf(name) == lora.rankOf(prefix + name)
                        && lora.alphaOf(name) == lora.alphaOf(prefix + name));
    return samePatterns ? config : explicit(config, names, prefix, "");
  }

  /**
   * The same choices for layers under other names.
   *
   * @param config names and patterns mean {@code slots}
   * @param slots names of the layers that it selects
   * @param others gives the other names, several for a layer that is split
   */
  static LoraConfig renamed(
      LoraConfig config, List<String> slots, Function<String, List<String>> others) {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Map<String, Double> alphas = new LinkedHashMap<>();
    for (String slot : slots) {
      for (String other : others.apply(slot)) {
        String key = other.replace(".", "\\.");
        if (config.rankOf(slot) != config.rank()) {
          ranks.put(key, config.rankOf(slot));
        }
        if (config.alphaOf(slot) != config.alpha()) {
          alphas.put(key, config.alphaOf(slot));
        }
      }
    }
    return new LoraConfig(
        config.rank(),
        config.alpha(),
        config.dropout(),
        config.rankStabilized(),
        config.learningRateRatio(),
        Targets.named(
            slots.stream().flatMap(slot -> others.apply(slot).stream()).distinct().toList()),
        ranks,
        alphas);
  }

  /**
   * The same ranks and alphas stated layer by layer, for when a regular expression would mean other
   * layers.
   *
   * @param config whose patterns are asked
   * @param slots names without a prefix
   * @param askedWith prefix of the names that the config's patterns are meant for
   * @param writtenWith prefix of the names in the result
   */
  static LoraConfig explicit(
      LoraConfig config, List<String> slots, String askedWith, String writtenWith) {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Map<String, Double> alphas = new LinkedHashMap<>();
    for (String slot : slots) {
      String key = (writtenWith + slot).replace(".", "\\.");
      int rank = config.rankOf(askedWith + slot);
      double alpha = config.alphaOf(askedWith + slot);
      if (rank != config.rank()) {
        ranks.put(key, rank);
      }
      if (alpha != config.alpha()) {
        alphas.put(key, alpha);
      }
    }
    return new LoraConfig(
        config.rank(),
        config.alpha(),
        config.dropout(),
        config.rankStabilized(),
        config.learningRateRatio(),
        config.targets(),
        ranks,
        alphas);
  }
}
