package io.haori.adapter.domix;

/** Where the diagonal of the bridge {@code P} starts; all else of it starts at 0. */
public enum BridgeStart {
  /**
   * {@code 1 / Σr}, as in the paper: the modules are all but silent at first, and the more so the
   * more there are.
   */
  RANKS,
  /** {@code 1 / N} for the N modules of the layer: their mean, at the strength of one of them. */
  MODULES,
  /** 1: their sum, each at its own strength, for modules that were learnt for different ends. */
  SUM;

  /**
   * The number on the diagonal.
   *
   * @param modules of the layer; at least 1
   * @param ranks of all these modules together; at least 1
   */
  float value(int modules, int ranks) {
    return switch (this) {
      case RANKS -> 1f / ranks;
      case MODULES -> 1f / modules;
      case SUM -> 1f;
    };
  }
}
