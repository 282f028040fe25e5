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

  private static String normal(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFKC);
    return BLANKS.matcher(composed).replaceAll(" ").strip();
  }
}
