package io.haori.training.data;

import io.haori.core.check.Check;
import io.haori.training.data.records.CellFault;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.Nearest;
import io.haori.training.data.records.RecordFormat;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Which fields of a file's records are the parts of a row. */
final class RowFields {
  private final Path file;
  private final boolean json;
  private final boolean plain;
  private final Columns columns;

  /**
   * Fields of one file.
   *
   * @param file how errors name it
   * @param format how it is written
   * @param columns as chosen
   */
  RowFields(Path file, RecordFormat format, Columns columns) {
    this.file = file;
    json = format == RecordFormat.JSONL;
    plain = format == RecordFormat.TXT;
    // A plain text has its field whatever the others are called.
    this.columns = plain ? Columns.USUAL : columns;
  }

  /**
   * Names a column that a person chose or every row must have, and that is not there.
   *
   * @param line of the header or the first record
   * @param names that are there
   * @param label whether rows must have a label
   */
  void require(long line, Collection<String> names, boolean label) {
    if (plain) {
      return;
    }
    require(line, names, columns.textName(), "--text-column", !json || columns.text() != null);
    if (label) {
      require(line, names, columns.labelName(), "--label-column", !json || columns.label() != null);
    }
    require(line, names, columns.textPairName(), "--pair-column", columns.textPair() != null);
    require(line, names, columns.domainName(), "--domain-column", columns.domain() != null);
  }

  // Each JSON object has its own keys: only a name that was chosen must be in the first.
  private void require(
      long line, Collection<String> names, String name, String setting, boolean needed) {
    if (needed && !names.contains(name)) {
      throw Check.at(
          file,
          line,
          (json ? "has no key " : "header has no column ")
              + Nearest.missing(name, names)
              + "; choose one with "
              + setting);
    }
  }

  /** How the file names the text. */
  String textName() {
    return columns.textName();
  }

  /** How the file names the label. */
  String labelName() {
    return columns.labelName();
  }

  @Nullable String text(DataRecord record) {
    return string(record, columns.textName());
  }

  @Nullable String textPair(DataRecord record) {
    return string(record, columns.textPairName());
  }

  @Nullable String domain(DataRecord record) {
    return string(record, columns.domainName());
  }

  /** The label as the file has it. */
  @Nullable Object label(DataRecord record) {
    return value(record, columns.labelName());
  }

  private @Nullable String string(DataRecord record, String column) {
    Object value = value(record, column);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw Check.at(
        file, record.line(), column + " must be a string, got " + LabelReader.described(value));
  }

  private @Nullable Object value(DataRecord record, String column) {
    Object value = record.fields().get(column);
    if (value instanceof CellFault fault) {
      throw Check.at(file, record.line(), fault.problem());
    }
    return value;
  }
}
