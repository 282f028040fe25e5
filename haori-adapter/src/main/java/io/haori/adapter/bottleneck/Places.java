package io.haori.adapter.bottleneck;

import io.haori.adapter.spi.Targets;

/** Behind which layers bottlenecks are placed, by whatever name a family has for them. */
public enum Places {
  /** Behind the output of the attention and of the feed-forward part (Houlsby et al. 2019). */
  HOULSBY(Layers.ATTENTION + "|" + Layers.FEED_FORWARD),
  /** Behind the output of the feed-forward part alone (Pfeiffer et al. 2021). */
  PFEIFFER(Layers.FEED_FORWARD);

  private final String slots;

  Places(String slots) {
    this.slots = slots;
  }

  Targets targets() {
    return Targets.matching(".*\\.(" + slots + ")");
  }

  /** What families call the last linear layer of each part, as regular expressions. */
  private static final class Layers {
    static final String ATTENTION =
        "attention\\.output\\.dense|attention\\.out_lin|attn\\.(Wo|c_proj)|self_attn\\.o_proj";
    static final String FEED_FORWARD =
        "(?<!attention\\.)output\\.dense|ffn\\.lin2|mlp\\.(Wo|c_proj|down_proj|fc2|weights_out)";

    private Layers() {}
  }
}
