package io.haori.server.watch.feedback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.inference.task.spi.Prediction;
import java.util.List;
import java.util.Optional;

/**
 * Answers and true labels as texts that are the same when they say the same: a label as it is,
 * several labels of a text in ascending order within braces, tags in theirs within brackets.
 */
public final class AnswerText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AnswerText() {}

  /** An answer; empty for a number, which is not right or wrong. */
  public static Optional<String> of(Prediction prediction) {
    if (!Double.isNaN(prediction.value())) {
      return Optional.empty();
    }
    List<String> labels = prediction.labels();
    if (labels.size() == 1) {
      return Optional.of(labels.get(0));
    }
    return Optional.of(prediction.probabilities().isEmpty() ? ordered(labels) : unordered(labels));
  }

  /**
   * A true label of an answer.
   *
   * @param labels one or several
   * @param answered what was answered, whose form it takes
   */
  public static String truth(List<String> labels, String answered) {
    if (labels.size() == 1) {
      return labels.get(0);
    }
    return answered.startsWith("[") ? ordered(labels) : unordered(labels);
  }

  private static String ordered(List<String> labels) {
    return "[" + inside(labels) + "]";
  }

  private static String unordered(List<String> labels) {
    return "{" + inside(labels.stream().sorted().toList()) + "}";
  }

  private static String inside(List<String> labels) {
    try {
      String array = JSON.writeValueAsString(labels);
      return array.substring(1, array.length() - 1);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
