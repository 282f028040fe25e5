package io.haori.training.data.summary;

import java.util.List;

/**
 * Something about data that a person should know before a model is judged by them.
 *
 * @param kind a word for programs, for example {@code test-in-training}
 * @param count how many rows it concerns
 * @param sentence for people, without a full stop
 * @param examples the first places, each {@code file:line}
 */
public record DataWarning(String kind, long count, String sentence, List<String> examples) {
  /** Copies the examples. */
  public DataWarning {
    examples = List.copyOf(examples);
  }
}
