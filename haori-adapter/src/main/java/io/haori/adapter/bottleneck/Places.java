package io.haori.adapter.bottleneck;

import io.haori.adapter.spi.Targets;

/** Behind which layers bottlenecks are placed. */
public enum Places {
  /** Behind the output of the attention and of the feed-forward part (Houlsby et al. 2019). */
  HOULSBY(".*\\.(attention\\.)?output\\.dense"),
  /** Behind the output of the feed-forward part alone (Pfeiffer et al. 2021). */
  PFEIFFER(".*(?<!\\.attention)\\.output\\.dense");

  private final String slots;

  Places(String slots) {
    this.slots = slots;
  }

  Targets targets() {
    return Targets.matching(slots);
  }
}
