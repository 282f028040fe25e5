package io.haori.cli;

import io.haori.check.Check;
import io.haori.cli.terminal.JsonResult;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/** Writes answers, each with its line number and all fields of its record. */
interface PredictOutput {
  /** The formats. */
  List<String> FORMATS = List.of("jsonl", "csv");

  /**
   * One answer.
   *
   * @param item what was asked
   * @param value of a regression; null for classes and for a blank text
   * @param labels from the most probable one on, or in the order of the classes; none for a blank
   *     text
   */
  record Answer(PredictInput.Item item, @Nullable Float value, Map<String, Float> labels) {
    /** The most probable label, null for none. */
    @Nullable String label() {
      return labels.entrySet().stream()
          .max(Map.Entry.comparingByValue())
          .map(Map.Entry::getKey)
          .orElse(null);
    }
  }

  /** Writes one answer. */
  void write(Answer answer);

  /**
   * The fields of the record, before what is answered; a name that the answer has is kept apart.
   */
  private static Map<String, @Nullable Object> fields(Answer answer) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("line", answer.item().line());
    answer
        .item()
        .fields()
        .forEach((name, value) -> fields.put(OWN.contains(name) ? "given_" + name : name, value));
    return fields;
  }

  /** The names of what is answered. */
  List<String> OWN = List.of("line", "label", "probabilities", "probability", "value");

  /** One JSON object a line. */
  record Jsonl(PrintStream out, boolean regression) implements PredictOutput {
    @Override
    public void write(Answer answer) {
      Map<String, @Nullable Object> line = fields(answer);
      if (regression) {
        line.put("value", answer.value());
      } else {
        line.put("label", answer.label());
        line.put("probabilities", answer.labels());
      }
      out.println(JsonResult.line(line));
    }
  }

  /** A table that spreadsheets open as UTF-8: it begins with a byte order mark. */
  final class Csv implements PredictOutput {
    private final PrintStream out;
    private final Path name;
    private final boolean regression;
    private final int top;
    private @Nullable List<String> header;
    private int width;

    Csv(PrintStream out, Path name, boolean regression, int top) {
      this.out = out;
      this.name = name;
      this.regression = regression;
      this.top = top;
    }

    @Override
    public void write(Answer answer) {
      Map<String, @Nullable Object> fields = fields(answer);
      List<String> columns = header;
      if (columns == null) {
        columns = new ArrayList<>(fields.keySet());
        header = columns;
        out.print("\uFEFF");
        List<String> all = new ArrayList<>(columns);
        if (regression) {
          all.add("value");
        } else {
          all.addAll(List.of("label", "probability"));
          for (int k = 2; k <= top; k++) {
            all.addAll(List.of("label_" + k, "probability_" + k));
          }
        }
        width = all.size();
        print(all);
      }
      for (String field : fields.keySet()) {
        if (!columns.contains(field)) {
          throw Check.at(
              name,
              answer.item().line(),
              "has a key that the first row lacks, got " + field + "; --format jsonl keeps it");
        }
      }
      List<@Nullable Object> cells = new ArrayList<>();
      columns.forEach(column -> cells.add(cell(fields.get(column))));
      if (regression) {
        cells.add(answer.value());
      } else {
        answer.labels().entrySet().stream()
            .sorted(Map.Entry.<String, Float>comparingByValue().reversed())
            .limit(top)
            .forEach(
                one -> {
                  cells.add(one.getKey());
                  cells.add(one.getValue());
                });
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
