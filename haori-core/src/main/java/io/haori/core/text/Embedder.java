package io.haori.core.text;

import java.util.List;

/** Makes vectors of texts. Any number of threads may ask one. */
public interface Embedder {
  /**
   * Vectors of length 1, so that the product of two is their cosine.
   *
   * @param texts none blank; none at all gives an empty list
   * @return one vector of {@link #width} numbers a text, in their order
   */
  List<float[]> embed(List<String> texts);

  /**
   * The vector of one text.
   *
   * @param text not blank
   * @return {@code [width]}
   */
  default float[] embed(String text) {
    return embed(List.of(text)).get(0);
  }

  /** How many numbers a vector has. */
  int width();

  /** What makes the vectors, for logs and health checks, for example {@code minilm}. */
  String name();
}
