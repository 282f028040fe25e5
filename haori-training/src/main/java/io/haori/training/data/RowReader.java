package io.haori.training.data;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.Doubt;
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
  private final RowFields fields;
  private final RowBuilder rows;
  private @Nullable Task task;

  RowReader(Records records, Labels wanted, DataOptions options) {
    this.records = records;
    this.wanted = wanted;
    fields = new RowFields(records.file(), records.format(), options.columns());
    rows = new RowBuilder(records.file());
    task = wanted.task() == null ? options.task() : wanted.task();
  }

  /** All rows; blank lines are passed over. */
  List<Row> read() {
    List<String> header = records.columns();
    boolean looked = !header.isEmpty();
    if (looked) {
      look(records.headerLine(), header);
    }
    int labelled = 0;
    List<LabelCell> labels = new ArrayList<>();
    List<DataRecord> all = new ArrayList<>();
    for (DataRecord one = records.next(); one != null; one = records.next()) {
      if (one.blank()) {
        continue;
      }
      if (!looked) {
        looked = true;
        look(one.line(), one.fields().keySet());
      }
      if (wanted.missing() && fields.isLabelled(one)) {
        labelled++;
        continue;
      }
      if (wanted.needed()) {
        labels.add(new LabelCell(one.line(), fields.label(one), wordsOf(one)));
      }
      all.add(one);
    }
    boolean untyped = records.format() != RecordFormat.JSONL;
    LabelReader reader = new LabelReader(records.file(), rows, wanted, task, untyped);
    List<Label> made = wanted.needed() ? reader.read(labels) : List.of();
    for (int i = 0; i < all.size(); i++) {
      DataRecord one = all.get(i);
      rows.add(
          one.line(),
          fields.textName(),
          fields.text(one),
          fields.textPair(one),
          wanted.needed() ? made.get(i) : null,
          fields.domain(one),
          fields.words(one),
          fields.group(one),
          fields.conversation(one),
          fields.image(one));
    }
    if (wanted.needed()) {
      requireNoSwallowedRows(made);
    }
    if (all.isEmpty() && labelled > 0) {
      throw Check.in(
          records.file(),
          "must have a text without a label, got "
              + (labelled == 1 ? "one row that has one" : labelled + " rows that all have one"));
    }
    return rows.rows();
  }

  /** Chooses the fields, now that it is known which there are. */
  private void look(long line, Collection<String> names) {
    if (task == null && wanted.needed()) {
      task = fields.found(names);
    }
    if (task != null) {
      fields.of(task);
    }
    fields.require(line, names, wanted.needed());
  }

  /** The words of a row for a task that reads them: those given, else those of its text. */
  private @Nullable List<String> wordsOf(DataRecord record) {
    if (task == null || !task.readsWords()) {
      return null;
    }
    List<String> words = fields.words(record);
    String text = words == null ? fields.text(record) : null;
    return text == null ? words : Row.wordsOf(text);
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
