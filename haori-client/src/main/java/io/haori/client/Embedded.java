package io.haori.client;

import java.util.List;

/**
 * Answers of {@code /v1/embeddings}.
 *
 * @param by which version gave them
 * @param vectors of length 1, {@code [n][width]}, in the texts' order
 */
public record Embedded(AnsweredBy by, List<float[]> vectors) {
  /** Copies the list. */
  public Embedded {
    vectors = List.copyOf(vectors);
  }
}
