package io.haori.client;

import java.util.List;

/**
 * Answers of {@code /v1/tag}.
 *
 * @param by which version gave them
 * @param rows one a text, in their order
 */
public record Tagged(AnsweredBy by, List<Row> rows) {
  /** Copies the list. */
  public Tagged {
    rows = List.copyOf(rows);
  }

  /**
   * The words of a text with their tags.
   *
   * @param words n of them
   * @param tags n of them; empty for a word beyond the length at which texts are cut
   * @param probabilities n of them, in [0, 1]; NaN for a word that was cut
   */
  public record Row(List<String> words, List<String> tags, List<Double> probabilities) {
    /** Copies the lists. */
    public Row {
      words = List.copyOf(words);
      tags = List.copyOf(tags);
      probabilities = List.copyOf(probabilities);
    }
  }
}
