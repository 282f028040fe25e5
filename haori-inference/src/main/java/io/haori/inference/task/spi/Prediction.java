package io.haori.inference.task.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model says of one text. A value: it may be kept, compared and shared between threads, and
 * it outlives the model.
 *
 * @param label the most probable class; of several labels the most probable one, of tags all with
 *     blanks between, of a number its decimal digits
 * @param probability of that class, in [0, 1]; NaN for numbers and tags
 * @param probabilities of all classes in the order of the label set; of one class a text they sum
 *     to 1; unmodifiable, empty for numbers and tags
 * @param value the number of a regression, in the unit of the training rows; NaN for classes
 * @param labels what is answered: the class, the labels that apply, the tag of each word (empty for
 *     a word that was cut); none for a number
 * @param labelProbabilities one for each of these; NaN for a word that was cut
 */
public record Prediction(
    String label,
    double probability,
    Map<String, Double> probabilities,
    double value,
    List<String> labels,
    List<Double> labelProbabilities) {
  /** Copies the probabilities in their order, and the lists. */
  public Prediction {
    probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
    labels = List.copyOf(labels);
    labelProbabilities = List.copyOf(labelProbabilities);
  }

  /** One class out of a label set. */
  public static Prediction ofClass(String label, double probability, Map<String, Double> all) {
    return new Prediction(
        label, probability, all, Double.NaN, List.of(label), List.of(probability));
  }

  /** A number with all its digits, of which the label has those of F32. */
  public static Prediction number(double value) {
    return new Prediction(
        String.valueOf((float) value), Double.NaN, Map.of(), value, List.of(), List.of());
  }
}
