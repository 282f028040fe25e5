package io.haori.cli.predict;

import com.fasterxml.jackson.databind.util.RawValue;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.check.Check;
import io.haori.inference.task.spi.AnswerFormat;
import io.haori.training.data.records.CellFault;
import io.haori.training.data.records.DataRecord;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/**
 * Writes answers, each with its line number and all fields of its record.
 *
 * @param <T> an answer
 */
public interface PredictOutput<T> {
  /** The formats. */
  List<String> FORMATS = List.of("jsonl", "csv");

  /**
   * One answer.
   *
   * @param <T> an answer
   * @param item what was asked
   * @param said null for a blank text
   */
  record Answer<T>(DataRecord item, @Nullable T said) {}

  /** Writes one answer. */
  void write(Answer<T> answer);

  /** Writes what was held back until a record said what the columns are. */
  default void finish() {}

  /**
   * The fields of the record, before what is answered; a name that the answer has is kept apart.
   */
  private static Map<String, @Nullable Object> fields(Answer<?> answer, Set<String> own) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("line", answer.item().line());
    answer
        .item()
        .fields()
        .forEach(
            (name, value) ->
                fields.put(
                    outer(name, own), value instanceof CellFault fault ? fault.shown() : value));
    return fields;
  }

  /** Numbers with more places are written with an exponent. */
  int MOST_DIGITS = 40;

  /** Under which name a field of the record is written. */
  private static String outer(String name, Set<String> own) {
    return own.contains(name) ? "given_" + name : name;
  }

  /** All names that are not the record's own. */
  private static Set<String> own(List<String> names) {
    Set<String> own = new HashSet<>(OWN);
    own.addAll(names);
    return own;
  }

  /** The names of what is answered. */
  List<String> OWN = List.of("line", "label", "probabilities", "probability", "value");

  /** One JSON object a line. */
  record Jsonl<T>(PrintStream out, AnswerFormat<T> format, @Nullable Integer top)
      implements PredictOutput<T> {
    @Override
    public void write(Answer<T> answer) {
      Map<String, @Nullable Object> line = fields(answer, own(format.fields()));
      line.replaceAll((name, value) -> asGiven(value));
      line.putAll(format.json(answer.said(), top));
      out.println(JsonResult.line(line));
    }
  }

  /** A number with a great exponent keeps it: written out, it would fill the memory. */
  private static @Nullable Object asGiven(@Nullable Object value) {
    return value instanceof BigDecimal number && Math.abs(number.scale()) > MOST_DIGITS
        ? new RawValue(number.toString())
        : value;
  }

  /** A table that spreadsheets open as UTF-8: it begins with a byte order mark. */
  final class Csv<T> implements PredictOutput<T> {
    private final PrintStream out;
    private final PredictInput input;
    private final AnswerFormat<T> format;
    private final int top;
    private final Set<String> own;
    private final List<Answer<T>> held = new ArrayList<>();
    private @Nullable List<String> header;
    private int width;

    public Csv(PrintStream out, PredictInput input, AnswerFormat<T> format, int top) {
      this.out = out;
      this.input = input;
      this.format = format;
      this.top = top;
      own = own(format.fields());
      own.addAll(format.columns(top));
    }

    @Override
    public void write(Answer<T> answer) {
      List<String> columns = header;
      if (columns == null) {
        if (input.columns().isEmpty() && answer.item().fields().isEmpty()) {
          held.add(answer);
          return;
        }
        columns = begin(answer);
      }
      row(columns, answer);
    }

    @Override
    public void finish() {
      if (header == null && !held.isEmpty()) {
        begin(held.get(0));
      }
    }

    /** Writes the header, of the table's columns or the first record's keys. */
    private List<String> begin(Answer<T> answer) {
      List<String> columns = new ArrayList<>(fields(answer, own).keySet());
      for (String name : input.columns()) {
        if (!columns.contains(outer(name, own))) {
          columns.add(outer(name, own));
        }
      }
      header = columns;
      out.print("\uFEFF");
      List<String> all = new ArrayList<>(columns);
      all.addAll(format.columns(top));
      width = all.size();
      print(all);
      for (Answer<T> one : held) {
        row(columns, one);
      }
      return columns;
    }

    private void row(List<String> columns, Answer<T> answer) {
      Map<String, @Nullable Object> fields = fields(answer, own);
      for (String field : fields.keySet()) {
        if (!columns.contains(field)) {
          throw Check.at(
              input.name(),
              answer.item().line(),
              "has a key that the first row lacks, got " + field + "; --format jsonl keeps it");
        }
      }
      List<@Nullable Object> cells = new ArrayList<>();
      columns.forEach(column -> cells.add(cell(fields.get(column))));
      T said = answer.said();
      if (said != null) {
        cells.addAll(format.cells(said, top));
      }
      while (cells.size() < width) {
        cells.add(null);
      }
      print(cells);
    }

    private void print(List<? extends @Nullable Object> cells) {
      out.print(CSVFormat.EXCEL.format(cells.toArray()) + "\r\n");
    }

    private static @Nullable Object cell(@Nullable Object value) {
      return value instanceof Map || value instanceof List ? JsonResult.line(value) : value;
    }
  }
}
