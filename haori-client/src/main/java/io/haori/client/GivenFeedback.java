package io.haori.client;

import java.util.List;

/**
 * What people said of pictures that a detector of anomalies scored.
 *
 * @param module name of the detector
 * @param version which one
 * @param threshold of it
 * @param pictures in the order in which feedback came, the last ones
 */
public record GivenFeedback(
    String module, int version, double threshold, List<GivenFeedback.Scored> pictures) {
  /** Copies the list. */
  public GivenFeedback {
    pictures = List.copyOf(pictures);
  }

  /**
   * One of them.
   *
   * @param score of the picture
   * @param answered {@code good} or {@code anomalous}, at the threshold of that moment
   * @param label what it is: {@code good} or {@code anomalous}
   */
  public record Scored(double score, String answered, String label) {}
}
