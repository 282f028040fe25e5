package io.haori.server.engine;

import io.haori.analysis.drift.ObservedRow;
import io.haori.model.image.Pixels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a detector of anomalies says of pictures.
 *
 * @param threshold a picture with a higher score is anomalous
 * @param pictures one a row
 * @param tokens of all rows
 */
public record Detected(double threshold, List<Scored> pictures, long tokens) {
  /** Says that a picture is unlike good ones. */
  public static final String ANOMALOUS = "anomalous";

  /** Says that it is not. */
  public static final String GOOD = "good";

  /** Copies the list. */
  public Detected {
    pictures = List.copyOf(pictures);
  }

  /**
   * What it says of a picture.
   *
   * @param score at least 0
   * @param anomalous whether it is above the threshold
   * @param map the picture as the base saw it, in colour where it is unlike good ones; null where
   *     nobody wants it
   * @param seen the same in the terms in which drift is measured
   */
  public record Scored(double score, boolean anomalous, @Nullable Pixels map, ObservedRow seen) {
    /** What is said of it in one word. */
    public String word() {
      return anomalous ? ANOMALOUS : GOOD;
    }
  }

  /** What is seen of the pictures, one a row. */
  public List<ObservedRow> observed() {
    return pictures.stream().map(Scored::seen).toList();
  }
}
