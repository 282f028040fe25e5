package io.haori.client;

import java.util.List;

/**
 * Answers of {@code /v1/anomalies}.
 *
 * @param by which version of a detector gave them
 * @param threshold a picture with a higher score is anomalous
 * @param pictures one a picture, in their order
 */
public record Anomalies(AnsweredBy by, double threshold, List<Scored> pictures) {
  /** Copies the list. */
  public Anomalies {
    pictures = List.copyOf(pictures);
  }

  /**
   * What a detector says of a picture.
   *
   * @param score how unlike good pictures it is; at least 0, in the unit of the base's states
   * @param anomalous whether the score is above the threshold
   * @param heatMap a PNG, red where the picture is unlike good ones; of no bytes where none was
   *     asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // Written to a file or shown, never compared.
  public record Scored(double score, boolean anomalous, byte[] heatMap) {}
}
