package io.haori.adapter.spi;

import static io.haori.core.check.Check.require;

import io.haori.model.backbone.Slot;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One stage of progressive training. The task's heads always move.
 *
 * @param name what messages call it
 * @param topShare which of the module's layers move besides the heads: this share of the adapted
 *     layers of the base, counted from the highest; 0 for none, 1 for all
 * @param phase what may happen to the module's structure
 * @param required whether the stage stays even if it does not improve validation, because what it
 *     does to the module was asked for
 * @param epochs most passes over the training rows; at least 1
 * @param learningRateFactor multiplies the run's learning rate; above 0
 * @param patience epochs without a better validation after which the stage ends; 0 for never
 */
public record Stage(
    String name,
    double topShare,
    Phase phase,
    boolean required,
    int epochs,
    double learningRateFactor,
    int patience) {
  /** Checks the bounds. */
  public Stage {
    require(topShare >= 0 && topShare <= 1, "top share of stage " + name, "in [0, 1]", topShare);
    require(epochs >= 1, "epochs of stage " + name, "at least 1", epochs);
    require(
        learningRateFactor > 0 && learningRateFactor <= 1000,
        "learning rate factor of stage " + name,
        "above 0 and at most 1000",
        learningRateFactor);
    require(patience >= 0, "patience of stage " + name, "at least 0", patience);
  }

  /** All of it by name: numbers, truth values and texts. */
  public Map<String, Object> byName() {
    return Map.of(
        "name", name,
        "topShare", topShare,
        "phase", phase.name().toLowerCase(Locale.ROOT),
        "required", required,
        "epochs", epochs,
        "learningRateFactor", learningRateFactor,
        "patience", patience);
  }

  /**
   * The slots whose parameters move.
   *
   * @param slots of the module, from the lowest to the highest; those of one layer of the base move
   *     together, one outside of the layers moves alone
   * @return names of some of them
   */
  public Set<String> moving(List<Slot> slots) {
    List<String> layers =
        new ArrayList<>(new LinkedHashSet<>(slots.stream().map(Stage::layerOf).toList()));
    int count = (int) Math.ceil(topShare * layers.size());
    Set<String> top = Set.copyOf(layers.subList(layers.size() - count, layers.size()));
    Set<String> moving = new LinkedHashSet<>();
    slots.stream().filter(slot -> top.contains(layerOf(slot))).forEach(s -> moving.add(s.name()));
    return moving;
  }

  private static String layerOf(Slot slot) {
    return slot.layer() == Slot.NO_LAYER ? slot.name() : String.valueOf(slot.layer());
  }
}
