package io.haori.training.data;

import org.jspecify.annotations.Nullable;

/**
 * One row of a data file.
 *
 * @param text what is read; not blank
 * @param textPair the second text of a pair, or null
 * @param label what the text is said to be; null where no label was asked for
 * @param domain the product line, source or kind of text that the row belongs to, or null
 * @param line where the row begins in its file, counted from 1
 */
public record Row(
    String text,
    @Nullable String textPair,
    @Nullable Label label,
    @Nullable String domain,
    long line) {
  /**
   * A text with the name of its class, for data that are not from a file.
   *
   * @param text not blank
   * @param label not blank
   * @return a row of no line
   */
  public static Row of(String text, String label) {
    return new Row(text, null, new Label.ClassName(label.strip()), null, 0);
  }

  /**
   * A text with its number, for data that are not from a file.
   *
   * @param text not blank
   * @param label finite
   * @return a row of no line
   */
  public static Row of(String text, double label) {
    return new Row(text, null, new Label.Numeric(label), null, 0);
  }
}
