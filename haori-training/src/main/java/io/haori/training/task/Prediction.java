package io.haori.training.task;

import io.haori.training.data.DomainLabels;
import io.haori.training.data.TaskKind;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model says of one text. A value: it may be kept, compared and shared between threads, and
 * it outlives the model.
 *
 * @param label the most probable class; for a regression the number in decimal digits
 * @param probability of that class, in [0, 1]; NaN for a regression
 * @param probabilities of all classes in the order of the label set, which sum to 1; unmodifiable,
 *     empty for a regression
 * @param value the number of a regression, in the unit of the training rows; NaN for classes
 */
public record Prediction(
    String label, double probability, Map<String, Double> probabilities, double value) {
  /** Copies the probabilities in their order. */
  public Prediction {
    probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
  }

  /** A number with all its digits, of which the label has those of F32. */
  static Prediction number(double value) {
    return new Prediction(String.valueOf((float) value), Double.NaN, Map.of(), value);
  }

  /**
   * Puts a head's answer into words.
   *
   * @param labels the heads
   * @param head which of them answered
   * @param answer {@code [outputs]}: probabilities of its classes, or the number
   */
  static Prediction of(DomainLabels labels, int head, float[] answer) {
    if (labels.kind() == TaskKind.REGRESSION) {
      return number(answer[0]);
    }
    List<String> names = labels.heads().get(head).labels().names();
    Map<String, Double> probabilities = new LinkedHashMap<>();
    for (int k = 0; k < answer.length; k++) {
      probabilities.put(names.get(k), (double) answer[k]);
    }
    int best = Predictions.greatest(answer);
    return new Prediction(names.get(best), answer[best], probabilities, Double.NaN);
  }
}
