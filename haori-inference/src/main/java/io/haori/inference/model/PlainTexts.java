package io.haori.inference.model;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.spi.Row;
import java.util.ArrayList;
import java.util.List;

/** Texts that a Java program gives, as rows. */
public final class PlainTexts {
  private PlainTexts() {}

  /**
   * Rows without labels.
   *
   * @param texts none null
   * @return one row a text, counted from 1
   * @throws io.haori.core.check.UserError for the first text that is blank
   */
  public static List<Row> rows(List<String> texts) {
    List<Row> rows = new ArrayList<>(texts.size());
    for (String text : texts) {
      int index = rows.size();
      require(
          !text.isBlank(), "texts[" + index + "]", "a text that is not blank", '"' + text + '"');
      rows.add(new Row(text, null, null, null, index + 1L));
    }
    return rows;
  }
}
