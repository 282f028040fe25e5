package io.haori.training.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns texts into tokens; many threads call it at once. */
public interface RowTokenizer {
  /**
   * Tokenises some texts.
   *
   * @param texts at least one
   * @param pairs the second text of each, or null when they have none
   * @param maxLength how many tokens a row may have, special ones included
   * @return the tokens, one entry a text
   */
  List<Tokens> encode(List<String> texts, @Nullable List<String> pairs, int maxLength);

  /**
   * The token that fills rows up.
   *
   * @return its id
   */
  int padId();

  /**
   * The tokens of one row.
   *
   * @param ids {@code [n]} ids, special tokens included, without padding
   * @param typeIds {@code [n]} 0 for the first text, 1 for the second
   */
  @SuppressWarnings("ArrayRecordComponent") // Copied into batches, never compared.
  record Tokens(int[] ids, int[] typeIds) {}
}
