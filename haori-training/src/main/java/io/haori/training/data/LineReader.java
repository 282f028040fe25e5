package io.haori.training.data;

import io.haori.check.Check;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;

/**
 * Gives checked lines to a parser of delimited text, whose quoted fields may run over many lines.
 * The parser says when a record is complete; one that never is, because its quote was left open, is
 * stopped before it fills the memory.
 */
final class LineReader extends Reader {
  /** What one record may hold, with room for what a parser reads ahead. */
  private static final int MAX_RECORD_CHARS = TextLines.MAX_LINE_BYTES + (1 << 16);

  private final Path file;
  private final TextLines lines;
  private String current = "";
  private int position;
  private long recordLine = 1;
  private long sinceRecord;

  LineReader(Path file, TextLines lines) {
    this.file = file;
    this.lines = lines;
  }

  /** Begins a new record. */
  void recordBegins(long line) {
    recordLine = line;
    sinceRecord = 0;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (position == current.length()) {
      if (sinceRecord > MAX_RECORD_CHARS) {
        throw Check.at(
            file,
            recordLine,
            "a row must be at most "
                + TextLines.MAX_LINE_BYTES
                + " characters long; a quote may have been left open");
      }
      String next = lines.next();
      if (next == null) {
        return -1;
      }
      current = next + "\n";
      position = 0;
    }
    int count = Math.min(length, current.length() - position);
    current.getChars(position, position + count, target, offset);
    position += count;
    sinceRecord += count;
    return count;
  }

  @Override
  public void close() {
    // The stream belongs to the caller.
  }
}
