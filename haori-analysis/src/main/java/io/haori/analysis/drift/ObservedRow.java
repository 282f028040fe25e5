package io.haori.analysis.drift;

import java.util.List;

/**
 * What is seen of one text and its answer; nothing of its words.
 *
 * @param labels what was answered: a class, labels, or the tag of each word; none for a number
 * @param value the number of a regression; NaN for labels
 * @param confidence probability of what was answered, of tags their mean, in [0, 1]; NaN where
 *     there is none
 * @param vector {@code [width]} what the head read, of words their mean; empty where it is not
 *     known
 * @param tokens of the text, without those around it
 * @param unknownTokens those among them that the base does not know
 */
@SuppressWarnings("ArrayRecordComponent") // Many thousands of them, none compared.
public record ObservedRow(
    List<String> labels,
    double value,
    double confidence,
    float[] vector,
    int tokens,
    int unknownTokens) {
  /** Copies the labels; the vector is kept as it is. */
  public ObservedRow {
    labels = List.copyOf(labels);
  }
}
