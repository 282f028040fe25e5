package io.haori.inference.anomaly;

import static io.haori.core.check.Check.require;

import io.haori.inference.model.TextBase;
import java.util.List;

/**
 * What can be chosen about a detector of anomalies.
 *
 * @param layers whose states describe a patch, counted from 1; ascending
 * @param neighbourhood side of the square of patches whose mean describes the one in its middle;
 *     odd
 * @param share of the patches of good pictures that are kept; in (0, 1]
 * @param neighbours kept patches around the nearest one that the score of a picture is weighted by;
 *     at least 1, where 1 is for no weights
 * @param heldOut share of the good pictures that the threshold is set by, which are not kept; in
 *     [0, 1)
 * @param seed of what is random
 */
public record AnomalySettings(
    List<Integer> layers,
    int neighbourhood,
    double share,
    int neighbours,
    double heldOut,
    long seed) {
  /** Side of the square of patches, unless another is chosen. */
  public static final int DEFAULT_NEIGHBOURHOOD = 3;

  /** Share of patches that are kept, unless another is chosen. */
  public static final double DEFAULT_SHARE = 0.1;

  /** Kept patches that the score is weighted by, unless another number is chosen. */
  public static final int DEFAULT_NEIGHBOURS = 9;

  /** Share of the good pictures that the threshold is set by, unless another is chosen. */
  public static final double DEFAULT_HELD_OUT = 0.2;

  /** Checks the bounds. */
  public AnomalySettings {
    layers = List.copyOf(layers);
    require(
        !layers.isEmpty() && layers.get(0) >= 1 && ascending(layers),
        "anomaly.layers",
        "numbers of layers in ascending order, from 1",
        layers);
    require(
        neighbourhood >= 1 && neighbourhood % 2 == 1 && neighbourhood <= 15,
        "anomaly.neighbourhood",
        "an odd number from 1 to 15",
        neighbourhood);
    require(share > 0 && share <= 1, "anomaly.share", "in (0, 1]", share);
    require(neighbours >= 1, "anomaly.neighbours", "at least 1", neighbours);
    require(heldOut >= 0 && heldOut < 1, "anomaly.heldOut", "in [0, 1)", heldOut);
  }

  private static boolean ascending(List<Integer> layers) {
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i) <= layers.get(i - 1)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The usual settings for a base: the states in the middle and after three quarters of its layers,
   * which know parts of things rather than classes.
   *
   * @param base that reads pictures
   */
  public static AnomalySettings usual(TextBase base) {
    return new AnomalySettings(
        usualLayers(base.backbone().layers()),
        DEFAULT_NEIGHBOURHOOD,
        DEFAULT_SHARE,
        DEFAULT_NEIGHBOURS,
        DEFAULT_HELD_OUT,
        42);
  }

  /** The usual layers of a base with a number of layers. */
  public static List<Integer> usualLayers(int count) {
    int middle = Math.max(1, count / 2);
    int upper = Math.max(1, count * 3 / 4);
    return middle == upper ? List.of(middle) : List.of(middle, upper);
  }
}
