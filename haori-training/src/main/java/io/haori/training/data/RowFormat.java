package io.haori.training.data;

import io.haori.check.Check;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the rows of a file are written, told by the ending of its name. */
enum RowFormat {
  JSONL,
  CSV,
  TSV,
  /** One text a line, without labels. */
  TXT;

  /** The format of a file; a file that needs labels cannot be plain text. */
  static RowFormat of(Path file, Labels wanted) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    for (RowFormat format : values()) {
      if (name.endsWith(format.ending()) && (format != TXT || !wanted.needed())) {
        return format;
      }
    }
    throw Check.in(
        file,
        "its name must end in "
            + (wanted.needed() ? ".jsonl, .csv or .tsv" : ".jsonl, .csv, .tsv or .txt"));
  }

  String ending() {
    return "." + name().toLowerCase(Locale.ROOT);
  }

  void read(Path file, TextLines lines, RowBuilder rows, Labels wanted) throws IOException {
    switch (this) {
      case JSONL -> readJson(lines, rows);
      case CSV -> DelimitedRows.read(file, lines, ',', rows, wanted);
      case TSV -> DelimitedRows.read(file, lines, '\t', rows, wanted);
      case TXT -> readText(lines, rows);
    }
  }

  /** Reads a stream that has no name to tell by: JSON when its first line begins with a brace. */
  static void readUnnamed(TextLines lines, RowBuilder rows) throws IOException {
    String first = nextNotBlank(lines);
    if (first == null) {
      return;
    }
    if (first.stripLeading().startsWith("{")) {
      new JsonRows(rows).readLine(lines.line(), first);
      readJson(lines, rows);
    } else {
      rows.add(lines.line(), first, null, null, null);
      readText(lines, rows);
    }
  }

  private static void readJson(TextLines lines, RowBuilder rows) throws IOException {
    var json = new JsonRows(rows);
    for (String line = nextNotBlank(lines); line != null; line = nextNotBlank(lines)) {
      json.readLine(lines.line(), line);
    }
  }

  private static void readText(TextLines lines, RowBuilder rows) throws IOException {
    for (String line = nextNotBlank(lines); line != null; line = nextNotBlank(lines)) {
      rows.add(lines.line(), line, null, null, null);
    }
  }

  private static @Nullable String nextNotBlank(TextLines lines) throws IOException {
    String line = lines.next();
    while (line != null && line.isBlank()) {
      line = lines.next();
    }
    return line;
  }
}
