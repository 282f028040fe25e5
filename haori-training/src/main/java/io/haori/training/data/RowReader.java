package io.haori.training.data;

import io.haori.core.check.UserError;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.Doubt;
import io.haori.training.data.records.RecordFormat;
import io.haori.training.data.records.Records;
import java.util.ArrayList;
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
  private final RowFields fields;
  private final RowBuilder rows;

  RowReader(Records records, Labels wanted, DataOptions options) {
    this.records = records;
    this.wanted = wanted;
    this.options = options;
    fields = new RowFields(records.file(), records.format(), options.columns());
    rows = new RowBuilder(records.file());
  }

  /** All rows; blank lines are passed over. */
  List<Row> read() {
    List<String> header = records.columns();
    boolean looked = !header.isEmpty();
    if (looked) {
      fields.require(records.headerLine(), header, wanted.needed());
    }
    List<LabelCell> labels = new ArrayList<>();
    List<DataRecord> all = new ArrayList<>();
    for (DataRecord one = records.next(); one != null; one = records.next()) {
      if (one.blank()) {
        continue;
      }
      if (!looked) {
        looked = true;
        fields.require(one.line(), one.fields().keySet(), wanted.needed());
      }
      if (wanted.needed()) {
        labels.add(new LabelCell(one.line(), fields.label(one)));
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
          fields.textName(),
          fields.text(one),
          fields.textPair(one),
          wanted.needed() ? made.get(i) : null,
          fields.domain(one));
    }
    if (wanted.needed()) {
      requireNoSwallowedRows(made);
    }
    return rows.rows();
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
            one.get(fields.labelName()) instanceof String cell
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
