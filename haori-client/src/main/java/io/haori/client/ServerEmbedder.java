package io.haori.client;

import io.haori.core.text.Embedder;
import java.util.List;

/** One model of a server. */
final class ServerEmbedder implements Embedder {
  private final HaoriClient client;
  private final String model;
  private volatile int width;

  ServerEmbedder(HaoriClient client, String model) {
    this.client = client;
    this.model = model;
  }

  @Override
  public List<float[]> embed(List<String> texts) {
    return Parts.of(texts, part -> client.embed(model, part).vectors());
  }

  /** Asked once: what a name means may change, but never the width of its base. */
  @Override
  public int width() {
    if (width == 0) {
      width = embed("a").length;
    }
    return width;
  }

  @Override
  public String name() {
    return model;
  }
}
