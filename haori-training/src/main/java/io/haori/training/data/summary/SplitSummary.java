package io.haori.training.data.summary;

import io.haori.inference.tokens.TextCoverage;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is in a split.
 *
 * @param name of the split
 * @param file as the user named it
 * @param rows how many
 * @param labels rows of each class, by its name; empty for numbers
 * @param longestCharacters characters of the longest text
 * @param coverage how well the base reads them; null without a tokenizer
 * @param duplicates rows whose text an earlier row of the split has, too
 */
public record SplitSummary(
    String name,
    String file,
    int rows,
    Map<String, Long> labels,
    int longestCharacters,
    @Nullable TextCoverage coverage,
    int duplicates) {
  /** Copies the counts. */
  public SplitSummary {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }
}
