package io.haori.registry.lifecycle;

import io.haori.registry.name.PlainText;
import java.util.Map;

/**
 * What was measured of a version.
 *
 * @param dataName name of the data set
 * @param split of it, for example {@code test}
 * @param dataDigest SHA-256 of the split's file
 * @param scores by name
 */
public record Evaluation(
    String dataName, String split, String dataDigest, Map<String, Double> scores) {
  /** Checks the names. */
  public Evaluation {
    PlainText.check("name of the data", dataName);
    PlainText.check("split", split);
    scores = Map.copyOf(scores);
  }
}
