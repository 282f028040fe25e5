package io.haori.core.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is answered to one text.
 *
 * @param label the most probable class; of a regression its number in decimal digits
 * @param probability of that class, in [0, 1]; NaN of a regression
 * @param probabilities of the classes, in the order in which they came; empty for a regression
 * @param value the number of a regression, in the unit of its training rows; NaN for classes
 * @param labels what applies: the class, or all labels of a text that may have several; empty for a
 *     regression
 */
public record Classification(
    String label,
    double probability,
    Map<String, Double> probabilities,
    double value,
    List<String> labels) {
  /** Copies map and list. */
  public Classification {
    probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
    labels = List.copyOf(labels);
  }
}
