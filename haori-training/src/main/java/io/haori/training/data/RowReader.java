package io.haori.training.data;

import io.haori.check.UserError;
import io.haori.training.data.records.CellFault;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.Doubt;
import io.haori.training.data.records.Nearest;
import io.haori.training.data.records.RecordFormat;
import io.haori.training.data.records.Records;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of the records of one file. Cells of tables and sheets have no type, so the kind of
 * the labels is decided for the file as a whole.
 */
final class RowReader {
  private final Records records;
  private final Labels wanted;
  private final DataOptions options;
  private final Columns columns;
  private final RowBuilder rows;
  private boolean looked;

  RowReader(Records records, Labels wanted, DataOptions options) {
    this.records = records;
    this.wanted = wanted;
    this.options = options;
    // A plain text has its field whatever the others are called.
    columns = records.format() == RecordFormat.TXT ? Columns.USUAL : options.columns();
    rows = new RowBuilder(records.file());
  }

  /** All rows; blank lines are passed over. */
  List<Row> read() {
    List<String> header = records.columns();
    if (!header.isEmpty()) {
      requireColumns(records.headerLine(), header);
    }
    List<LabelCell> labels = new ArrayList<>();
    List<DataRecord> all = new ArrayList<>();
    for (DataRecord one = records.next(); one != null; one = records.next()) {
      if (one.blank()) {
        continue;
      }
      if (!looked) {
        requireColumns(one.line(), one.fields().keySet());
      }
      if (wanted.needed()) {
        labels.add(new LabelCell(one.line(), label(one)));
      }
      all.add(one);
    }
    boolean untyped = records.format() != RecordFormat.JSONL;
    LabelReader reader = new LabelReader(records.file(), rows, wanted, options.task(), untyped);
    List<Label> made = wanted.needed() ? reader.read(labels) : List.of();
    for (int i = 0; i < all.size(); i++) {
      DataRecord one = all.get(i);
      rows.add(
          one.line(),
          columns.textName(),
          string(one, columns.textName()),
          string(one, columns.textPairName()),
          wanted.needed() ? made.get(i) : null,
          string(one, columns.domainName()));
    }
    if (wanted.needed()) {
      requireNoSwallowedRows(made);
    }
    return rows.rows();
  }

  /** Names a column that a person chose or every row must have, and that is not there. */
  private void requireColumns(long line, Collection<String> names) {
    looked = true;
    if (records.format() == RecordFormat.TXT) {
      return;
    }
    requireColumn(line, names, columns.textName(), "--text-column", true);
    boolean needsLabel = wanted.needed();
    boolean table = records.format() != RecordFormat.JSONL;
    if (needsLabel && (table || columns.label() != null)) {
      requireColumn(line, names, columns.labelName(), "--label-column", true);
    }
    requireColumn(line, names, columns.textPairName(), "--pair-column", columns.textPair() != null);
    requireColumn(line, names, columns.domainName(), "--domain-column", columns.domain() != null);
  }

  private void requireColumn(
      long line, Collection<String> names, String name, String setting, boolean needed) {
    boolean json = records.format() == RecordFormat.JSONL;
    // Each JSON object has its own keys: only a name that was chosen must be in the first.
    boolean usual = name.equals("text") && json && columns.text() == null;
    if (needed && !usual && !names.contains(name)) {
      throw rows.error(
          line,
          (json ? "has no key " : "header has no column ")
              + Nearest.missing(name, names)
              + "; choose one with "
              + setting);
    }
  }

  private @Nullable Object label(DataRecord record) {
    Object value = record.fields().get(columns.labelName());
    if (value instanceof CellFault fault) {
      throw records.error(record, fault.problem());
    }
    return value;
  }

  private @Nullable String string(DataRecord record, String column) {
    Object value = record.fields().get(column);
    if (value instanceof CellFault fault) {
      throw records.error(record, fault.problem());
    }
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw records.error(record, column + " must be a string, got " + LabelReader.described(value));
  }

  /** A doubtful quote has swallowed rows when all of its lines end in labels of other rows. */
  private void requireNoSwallowedRows(List<Label> labels) {
    if (records.doubts().isEmpty()) {
      return;
    }
    Set<Label> known = new HashSet<>(labels);
    for (Doubt doubt : records.doubts()) {
      boolean all = true;
      for (Map<String, @Nullable Object> one : doubt.alternatives()) {
        all &=
            one.get(columns.labelName()) instanceof String cell
                && !cell.isBlank()
                && known.contains(LabelReader.likely(cell, known));
      }
      if (all) {
        throw swallowed(doubt);
      }
    }
  }

  private UserError swallowed(Doubt doubt) {
    return doubt.error(records.file());
  }
}
