package io.haori.training.data;

import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.RecordFormat;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Makes rows of records whose texts are to be answered, one at a time. */
public final class TextRows {
  private final RowFields fields;
  private final RowBuilder rows;
  private boolean looked;

  /**
   * Rows of one file or stream.
   *
   * @param name how errors name it
   * @param format how it is written
   * @param columns as chosen
   */
  public TextRows(Path name, RecordFormat format, Columns columns) {
    fields = new RowFields(name, format, columns);
    fields.anyTask();
    rows = new RowBuilder(name);
  }

  /** Reads rows as a task wants them; before any record is read. */
  public void answeredBy(Task task) {
    fields.of(task);
  }

  /**
   * Checks that the columns are there, before any record is read.
   *
   * @param line of the header
   * @param header its names
   * @throws io.haori.core.check.UserError for one that is missing, with the nearest name
   */
  public void requireColumns(long line, Collection<String> header) {
    looked = true;
    fields.require(line, header, false);
  }

  /**
   * The row of a record.
   *
   * @param record its text may be blank or null
   * @return the row, or null for a blank text
   * @throws io.haori.core.check.UserError when there is no text or it is no string
   */
  public @Nullable Row row(DataRecord record) {
    if (record.blank()) {
      return null;
    }
    if (!looked) {
      requireColumns(record.line(), record.fields().keySet());
    }
    String text = fields.text(record);
    boolean given =
        record.fields().containsKey(fields.textName())
            || record.fields().containsKey(RowFields.TOKENS);
    if (given && (text == null || text.isBlank())) {
      return null;
    }
    return rows.row(
            record.line(),
            fields.textName(),
            text,
            fields.textPair(record),
            null,
            fields.domain(record),
            fields.words(record))
        .showing(fields.image(record));
  }
}
