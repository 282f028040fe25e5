package io.haori.adapter.bottleneck;

import static io.haori.core.check.Check.require;

/**
 * What can be chosen for a bottleneck adapter.
 *
 * @param width of the space between the two matrices; at least 1
 * @param activation the function between them
 * @param places behind which layers it is placed
 */
public record BottleneckConfig(int width, Activation activation, Places places) {
  /** Width 16 with GELU behind attention and feed-forward part. */
  public static final BottleneckConfig DEFAULT =
      new BottleneckConfig(16, Activation.GELU, Places.HOULSBY);

  /** Checks the bound. */
  public BottleneckConfig {
    require(width >= 1, "bottleneck.width", "at least 1", width);
  }

  /** The same with another width. */
  public BottleneckConfig withWidth(int newWidth) {
    return new BottleneckConfig(newWidth, activation, places);
  }

  /** The same with another function. */
  public BottleneckConfig withActivation(Activation newActivation) {
    return new BottleneckConfig(width, newActivation, places);
  }

  /** The same in other places. */
  public BottleneckConfig withPlaces(Places newPlaces) {
    return new BottleneckConfig(width, activation, newPlaces);
  }
}
