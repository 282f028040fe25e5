package io.haori.training.data.group;

import io.haori.inference.task.spi.Row;
import java.text.Normalizer;
import java.util.regex.Pattern;

/** What makes two rows the same to a reader: their texts but for blanks and widths. */
public final class TextKey {
  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");

  private TextKey() {}

  /** The row's texts in NFKC with single blanks, and its domain. */
  public static String of(Row row) {
    String second = row.textPair() == null ? "" : "\u0001" + normal(row.textPair());
    return normal(row.text()) + second;
  }

  /** The row's first text alone, such as a prompt, in NFKC with single blanks. */
  public static String ofFirst(Row row) {
    return normal(row.text());
  }

  private static String normal(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFKC);
    return BLANKS.matcher(composed).replaceAll(" ").strip();
  }
}
