package io.haori.inference.model;

import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import java.util.List;

/**
 * Makes vectors of texts: a base with or without an adapter, pooled and, where that is wanted,
 * brought to the length 1. Owns nothing; any number of threads may use one.
 *
 * <pre>{@code
 * var embedder = new TextEmbedder(base, Adaptation.NONE, TextOptions.usual(), true);
 * float[][] vectors = embedder.vectors(rows);
 * }</pre>
 *
 * @param base reads the texts
 * @param adaptation which adapter sits on which layer
 * @param options how texts are read
 * @param normalize whether vectors have the length 1, so that their product is their cosine
 */
public record TextEmbedder(
    TextBase base, Adaptation adaptation, TextOptions options, boolean normalize) {
  /** Checks that the base can read texts of that length. */
  public TextEmbedder {
    options.requireReadableBy(base);
  }

  /** Tokenises rows as they are read here. */
  public TokenizedRows tokenize(List<Row> rows) {
    return base.reader().read(rows, options.maxLength());
  }

  /** One vector a row, {@code [n][width]}. */
  public float[][] vectors(List<Row> rows) {
    return vectors(tokenize(rows));
  }

  /** One vector a row that was tokenised before, {@code [n][width]}. */
  public float[][] vectors(TokenizedRows rows) {
    float[][] vectors = TextVectors.floats(base, adaptation, options, rows);
    if (normalize) {
      for (float[] vector : vectors) {
        double length = length(vector);
        for (int i = 0; i < vector.length && length > 0; i++) {
          vector[i] = (float) (vector[i] / length);
        }
      }
    }
    return vectors;
  }

  /**
   * The cosine of two vectors.
   *
   * @return in [−1, 1]; 0 where one of them is 0
   */
  public static double cosine(float[] one, float[] other) {
    double product = 0;
    for (int i = 0; i < one.length; i++) {
      product += (double) one[i] * other[i];
    }
    double lengths = length(one) * length(other);
    return lengths == 0 ? 0 : Math.max(-1, Math.min(1, product / lengths));
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float number : vector) {
      squares += (double) number * number;
    }
    return Math.sqrt(squares);
  }
}
