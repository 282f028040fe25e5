package io.haori.training.data.records;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A quoted field over two or three lines, each of which could be a record of its own: a text with a
 * line break, or a stray quote that swallows records.
 *
 * @param line where the quote opens
 * @param lastLine where it closes
 * @param alternatives the lines as records of their own
 */
public record Doubt(long line, long lastLine, List<Map<String, @Nullable Object>> alternatives) {
  /** Keeps the list from being changed. */
  public Doubt {
    alternatives = List.copyOf(alternatives);
  }

  /**
   * The error when the quote is a stray one.
   *
   * @param file how it is named
   * @return to be thrown
   */
  public UserError error(Path file) {
    return error(file, line, lastLine);
  }

  static UserError error(Path file, long line, long lastLine) {
    long further = lastLine - line;
    return Check.at(
        file,
        line,
        "a quote opens here that closes "
            + further
            + (further == 1 ? " line on, in line " : " lines on, in line ")
            + lastLine
            + ", and the lines between look like rows; write two quotes for one inside a text and"
            + " one quote before and after that text");
  }
}
