package io.haori.training.data.records;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One text a line. */
final class TextRecords implements RecordSource {
  /** The field that holds the line. */
  static final String TEXT = "text";

  private final TextLines lines;

  TextRecords(TextLines lines) {
    this.lines = lines;
  }

  @Override
  public boolean ready() throws IOException {
    return lines.ready();
  }

  @Override
  public @Nullable DataRecord next() throws IOException {
    String line = lines.next();
    return line == null ? null : new DataRecord(lines.line(), Map.of(TEXT, line), line.isBlank());
  }
}
