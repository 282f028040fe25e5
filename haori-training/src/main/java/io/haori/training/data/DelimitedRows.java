package io.haori.training.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Rows of CSV or TSV with a header, quoted as RFC 4180 says. The columns are those of the JSON
 * form; others are passed over, blank lines too. Cells have no type: when every label is a number
 * the file holds numbers, otherwise names of classes.
 */
final class DelimitedRows {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private final RowBuilder rows;
  private final Labels wanted;

  private DelimitedRows(RowBuilder rows, Labels wanted) {
    this.rows = rows;
    this.wanted = wanted;
  }

  static void read(Path file, TextLines lines, char delimiter, RowBuilder rows, Labels wanted)
      throws IOException {
    var reader = new LineReader(file, lines);
    CSVFormat format =
        CSVFormat.RFC4180.builder().setDelimiter(delimiter).setIgnoreEmptyLines(false).get();
    try (CSVParser parser = CSVParser.builder().setReader(reader).setFormat(format).get()) {
      new DelimitedRows(rows, wanted).readAll(parser, reader);
    }
  }

  private void readAll(CSVParser parser, LineReader reader) {
    Cells header = next(parser, reader);
    if (header == null) {
      return;
    }
    Columns columns = columns(header);
    List<Cells> records = new ArrayList<>();
    for (Cells row = next(parser, reader); row != null; row = next(parser, reader)) {
      if (row.cells().size() != header.cells().size()) {
        throw rows.error(
            row.line(),
            "must have "
                + header.cells().size()
                + " fields like the header, got "
                + row.cells().size());
      }
      records.add(row);
    }
    boolean numbers = wanted.needed() && holdsNumbers(records, columns.label());
    for (Cells row : records) {
      rows.add(
          row.line(),
          row.cell(columns.text()),
          row.cell(columns.textPair()),
          wanted.needed() ? label(row, columns.label(), numbers) : null,
          row.cell(columns.domain()));
    }
  }

  private boolean holdsNumbers(List<Cells> records, int column) {
    TaskKind kind = wanted.kind();
    return kind == null
        ? records.stream()
            .allMatch(row -> NUMBER.matcher(row.cells().get(column).strip()).matches())
        : kind == TaskKind.REGRESSION;
  }

  private Label label(Cells row, int column, boolean numbers) {
    String cell = row.cells().get(column);
    if (cell.isBlank()) {
      throw rows.error(row.line(), "label is missing");
    }
    return numbers && NUMBER.matcher(cell.strip()).matches()
        ? rows.numeric(row.line(), Double.parseDouble(cell.strip()), cell.strip())
        : rows.className(row.line(), cell);
  }

  private Columns columns(Cells header) {
    var names = header.cells().stream().map(String::strip).toList();
    var seen = new HashSet<String>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw rows.error(
            header.line(), "header must name each column once, got \"" + name + "\" twice");
      }
    }
    for (String needed : wanted.needed() ? List.of("text", "label") : List.of("text")) {
      if (!seen.contains(needed)) {
        throw rows.error(
            header.line(),
            "header must name a column \""
                + needed
                + "\", got "
                + names.stream().map(n -> "\"" + n + "\"").collect(Collectors.joining(", ")));
      }
    }
    return new Columns(
        names.indexOf("text"),
        names.indexOf("text_pair"),
        names.indexOf("label"),
        names.indexOf("domain"));
  }

  private @Nullable Cells next(CSVParser parser, LineReader reader) {
    Iterator<CSVRecord> records = parser.iterator();
    while (true) {
      long line = parser.getCurrentLineNumber() + 1;
      reader.recordBegins(line);
      try {
        if (!records.hasNext()) {
          return null;
        }
        CSVRecord csv = records.next();
        if (csv.size() > 1 || !csv.get(0).isBlank()) {
          return new Cells(line, csv.toList());
        }
      } catch (UncheckedIOException e) {
        throw rows.error(
            line, "a quoted field must end with a quote before the next field, as RFC 4180 says");
      }
    }
  }

  private record Columns(int text, int textPair, int label, int domain) {}

  private record Cells(long line, List<String> cells) {
    @Nullable String cell(int column) {
      return column < 0 ? null : cells.get(column);
    }
  }
}
