package io.haori.training.data.records;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of CSV or TSV with a header. Quotes are read as RFC 4180 says, so that texts with line
 * breaks are read as Excel and pandas write them; but a stray quote must not swallow rows. A quoted
 * field over several lines that would be rows of their own is therefore an error of CSV, while in
 * TSV, which many programs write without quotes, each of its lines is a row.
 */
final class DelimitedRecords implements RecordSource {
  /**
   * More lines than a text in a file of one column may have; rows cannot be distinguished from it
   * there.
   */
  private static final int MOST_LINES_ALONE = 10;

  /** From this many lines on, lines that look like rows are rows. */
  private static final int CERTAIN_LINES = 4;

  private final Path file;
  private final LineQueue lines;
  private final boolean literalQuotes;
  private final boolean lookAhead;
  private final List<Doubt> doubts = new ArrayList<>();
  private @Nullable Character delimiter;
  private @Nullable List<String> columns;
  private long headerLine = 1;

  /**
   * Rows of lines.
   *
   * @param literalQuotes whether a quote that is not closed as it must be is a character
   * @param delimiter between fields; null when the header says
   * @param lookAhead whether lines after the header may be looked at to find the delimiter
   */
  DelimitedRecords(
      Path file,
      TextLines lines,
      boolean literalQuotes,
      @Nullable Character delimiter,
      boolean lookAhead) {
    this.file = file;
    this.lines = new LineQueue(lines);
    this.literalQuotes = literalQuotes;
    this.delimiter = delimiter;
    this.lookAhead = lookAhead;
  }

  @Override
  public List<String> columns() throws IOException {
    if (columns == null) {
      columns = readHeader();
    }
    return columns;
  }

  @Override
  public long headerLine() {
    return headerLine;
  }

  @Override
  public List<Doubt> doubts() {
    return List.copyOf(doubts);
  }

  @Override
  public boolean ready() throws IOException {
    return lines.ready();
  }

  @Override
  public @Nullable DataRecord next() throws IOException {
    List<String> names = columns();
    if (names.isEmpty() || !lines.advance()) {
      return null;
    }
    long line = lines.line();
    if (lines.current().isBlank()) {
      return DataRecord.blank(line);
    }
    List<String> cells = cells(names.size());
    // Excel pads the file's last rows with empty cells, not always as many as the header has.
    if (cells.stream().allMatch(String::isBlank)) {
      return DataRecord.blank(line);
    }
    if (cells.size() != names.size()) {
      throw error(
          line,
          "must have "
              + names.size()
              + (names.size() == 1 ? " field" : " fields")
              + " like the header, got "
              + cells.size());
    }
    return new DataRecord(line, fields(names, cells), false);
  }

  private List<String> readHeader() throws IOException {
    boolean any = lines.advance();
    while (any && lines.current().isBlank()) {
      any = lines.advance();
    }
    if (!any) {
      return List.of();
    }
    // Excel's own way to say what is between the fields.
    String first = lines.current();
    if (first.length() == 5 && first.startsWith("sep=")) {
      delimiter = delimiter == null ? (Character) first.charAt(4) : delimiter;
      if (!lines.advance()) {
        return List.of();
      }
    }
    headerLine = lines.line();
    if (delimiter == null) {
      delimiter =
          Delimiters.of(lines.current(), lookAhead ? lines.ahead() : List.of(), literalQuotes);
    }
    return named(cells(0));
  }

  private List<String> named(List<String> cells) {
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String cell : cells) {
      String name = cell.isBlank() ? "column " + (names.size() + 1) : cell.strip();
      if (!seen.add(name)) {
        throw error(headerLine, "header must name each column once, got \"" + name + "\" twice");
      }
      names.add(name);
    }
    return List.copyOf(names);
  }

  /** The cells of the record that begins in the current line. */
  private List<String> cells(int wanted) throws IOException {
    char between = delimiter == null ? ',' : delimiter;
    String first = lines.current();
    long line = lines.line();
    FieldParser parser = new FieldParser(between);
    List<String> more = new ArrayList<>();
    long size = first.length();
    FieldParser.State state = parser.feed(first);
    while (state == FieldParser.State.OPEN && size <= TextLines.MAX_LINE_BYTES && lines.advance()) {
      more.add(lines.current());
      size += lines.current().length() + 1L;
      state = parser.feed(lines.current());
    }
    if (state == FieldParser.State.WHOLE && !swallows(line, first, more, wanted, between)) {
      return parser.fields();
    }
    if (literalQuotes) {
      lines.giveBack(more);
      return FieldParser.alone(first, between);
    }
    throw state == FieldParser.State.OPEN && size > TextLines.MAX_LINE_BYTES
        ? error(
            line,
            "a row must be at most "
                + TextLines.MAX_LINE_BYTES
                + " characters long; a quote may have been left open")
        : error(
            line, "a quoted field must end with a quote before the next field, as RFC 4180 says");
  }

  /** Whether a quote has swallowed rows; an error where it has and nobody can say which. */
  private boolean swallows(long line, String first, List<String> more, int wanted, char between) {
    if (more.isEmpty() || wanted == 0) {
      return false;
    }
    List<List<String>> alone = new ArrayList<>();
    alone.add(FieldParser.alone(first, between));
    more.stream()
        .filter(one -> !one.isBlank())
        .forEach(one -> alone.add(FieldParser.alone(one, between)));
    long rows = alone.stream().filter(cells -> cells.size() == wanted).count();
    if (wanted == 1 ? more.size() < MOST_LINES_ALONE : 5 * rows < 4L * alone.size()) {
      return false;
    }
    if (literalQuotes && wanted > 1) {
      return true;
    }
    if (wanted > 1 && rows < CERTAIN_LINES) {
      doubts.add(
          new Doubt(
              line,
              line + more.size(),
              alone.stream()
                  .map(cells -> fields(columns == null ? List.of() : columns, cells))
                  .toList()));
      return false;
    }
    throw Doubt.error(file, line, line + more.size());
  }

  private static Map<String, @Nullable Object> fields(List<String> names, List<String> cells) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(names.size(), cells.size()); i++) {
      fields.put(names.get(i), cells.get(i));
    }
    return fields;
  }

  private UserError error(long line, String what) {
    return Check.at(file, line, what);
  }
}
