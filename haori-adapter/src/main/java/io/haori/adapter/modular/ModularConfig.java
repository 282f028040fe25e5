package io.haori.adapter.modular;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.LayerPattern;
import io.haori.adapter.spi.SettingText;
import io.haori.model.backbone.Slot;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What can be chosen for a modular module, besides the low-rank method that its layers are of.
 *
 * @param name of the module; letters, digits, dots, dashes and underscores, at most 100
 * @param rank that a layer has on average when there is no budget; at least 1
 * @param startRank that a layer begins with, at most the layer's width; 0 for half again as much as
 *     the rank
 * @param rankPattern ranks that single layers begin with: the first key for which {@code
 *     (.*\.)?(key)$} matches the layer's name counts
 * @param budget numbers that the updates of all layers may have in the end; 0 for as many as they
 *     have at {@code rank}, or at the rank that the pattern gives
 */
public record ModularConfig(
    String name, int rank, int startRank, Map<String, Integer> rankPattern, long budget) {
  /** Comes first: the default is checked, too. */
  private static final Pattern NAME = Pattern.compile("[\\p{Alnum}_-][\\p{Alnum}._-]{0,99}");

  /** On average rank 8. */
  public static final ModularConfig DEFAULT = new ModularConfig("module", 8, 0, Map.of(), 0);

  /** Checks every bound and copies the pattern, whose order counts. */
  public ModularConfig {
    require(
        NAME.matcher(name).matches(),
        "modular.name",
        "letters, digits, dots, dashes and underscores, at most 100, not beginning with a dot",
        name);
    require(rank >= 1, "modular.rank", "at least 1", rank);
    require(
        startRank == 0 || startRank >= rank,
        "modular.startRank",
        "0 or at least the rank " + rank,
        startRank);
    require(budget >= 0, "modular.budget", "at least 0", budget);
    rankPattern = Collections.unmodifiableMap(new LinkedHashMap<>(rankPattern));
    LayerPattern.requireRegularExpressions("modular.rankPattern", rankPattern);
    rankPattern.forEach(
        (key, value) -> require(value >= 1, "modular.rankPattern", "at least 1", value));
  }

  /** The same with a budget. */
  public ModularConfig withBudget(long newBudget) {
    return new ModularConfig(name, rank, startRank, rankPattern, newBudget);
  }

  /** All choices by name, as {@code --set} takes them. */
  public Map<String, Object> byName() {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("name", name);
    settings.put("rank", rank);
    settings.put("startRank", startRank);
    SettingText.putPattern(settings, "rankPattern", rankPattern);
    settings.put("budget", budget);
    return settings;
  }

  /** The same for a module whose ranks were found: nothing is left to allocate. */
  ModularConfig settled(Map<String, Integer> ranks) {
    Map<String, Integer> pattern = new LinkedHashMap<>();
    ranks.forEach((layer, found) -> pattern.put(layer.replace(".", "\\."), found));
    return new ModularConfig(name, rank, startRank, pattern, 0);
  }

  /** Rank that a slot begins with. */
  int startRankOf(Slot slot) {
    int widest = Math.min(slot.inputs(), slot.outputs());
    int own = LayerPattern.valueOf(rankPattern, slot.name(), 0);
    if (own > 0) {
      require(
          own <= widest, "modular.rankPattern", "at most " + widest + " on " + slot.name(), own);
      return own;
    }
    require(rank <= widest, "modular.rank", "at most " + widest + " on " + slot.name(), rank);
    return Math.min(startRank > 0 ? startRank : rank + (rank + 1) / 2, widest);
  }

  /** Rank that a layer has on average, or the one that the pattern gives. */
  int rankOf(String layer) {
    return LayerPattern.valueOf(rankPattern, layer, rank);
  }

  /**
   * Checks that the budget pays for a rank at least.
   *
   * @param slots that the module sits on
   */
  void requireOneRank(List<Slot> slots) {
    long least = slots.stream().mapToLong(s -> s.inputs() + s.outputs()).min().orElse(0);
    require(
        budget == 0 || budget >= least,
        "modular.budget",
        "at least " + least + ", the numbers of one rank on the narrowest layer",
        budget);
  }
}
