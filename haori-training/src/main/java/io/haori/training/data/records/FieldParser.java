package io.haori.training.data.records;

import java.util.ArrayList;
import java.util.List;

/**
 * Parts lines into fields as RFC 4180 says: a field that begins with a quote ends with one before
 * the next delimiter, may hold delimiters and line breaks, and has two quotes for each of its own.
 */
final class FieldParser {
  /** What a line did. */
  enum State {
    /** The record is whole. */
    WHOLE,
    /** A quoted field runs on in the next line. */
    OPEN,
    /** A quoted field's closing quote is followed by something else than a delimiter. */
    BROKEN
  }

  private final char delimiter;
  private final List<String> fields = new ArrayList<>();
  private final StringBuilder quoted = new StringBuilder();
  private boolean open;

  FieldParser(char delimiter) {
    this.delimiter = delimiter;
  }

  /** The fields of a record that is whole. */
  List<String> fields() {
    return List.copyOf(fields);
  }

  /** Reads the next line of the record. */
  State feed(String line) {
    int at = 0;
    if (open) {
      quoted.append('\n');
      at = readQuoted(line, 0);
    } else if (line.startsWith("\"")) {
      at = readQuoted(line, 1);
    } else {
      at = readPlain(line, 0);
    }
    while (at >= 0 && at < line.length()) {
      int begin = at + 1;
      at =
          begin < line.length() && line.charAt(begin) == '"'
              ? readQuoted(line, begin + 1)
              : readPlain(line, begin);
    }
    return at >= 0 ? State.WHOLE : open ? State.OPEN : State.BROKEN;
  }

  /** The place after an unquoted field, which is a delimiter or the line's end. */
  private int readPlain(String line, int begin) {
    int end = line.indexOf(delimiter, begin);
    end = end < 0 ? line.length() : end;
    fields.add(line.substring(begin, end));
    return end;
  }

  /** The place after a quoted field, or -1 when it does not end in this line as it must. */
  private int readQuoted(String line, int begin) {
    open = true;
    int at = begin;
    while (true) {
      int quote = line.indexOf('"', at);
      if (quote < 0) {
        quoted.append(line, at, line.length());
        return -1;
      }
      quoted.append(line, at, quote);
      int after = quote + 1;
      if (after < line.length() && line.charAt(after) == '"') {
        quoted.append('"');
        at = after + 1;
        continue;
      }
      open = false;
      if (after < line.length() && line.charAt(after) != delimiter) {
        return -1;
      }
      fields.add(quoted.toString());
      quoted.setLength(0);
      return after;
    }
  }

  /**
   * The fields of one line in which a quote that is not closed as it must be is a character like
   * any other.
   */
  static List<String> alone(String line, char delimiter) {
    List<String> fields = new ArrayList<>();
    int at = -1;
    while (at < line.length()) {
      int begin = at + 1;
      int end = line.indexOf(delimiter, begin);
      end = end < 0 ? line.length() : end;
      if (begin < line.length() && line.charAt(begin) == '"') {
        FieldParser one = new FieldParser(delimiter);
        int after = one.readQuoted(line, begin + 1);
        if (after >= 0) {
          fields.add(one.fields.get(0));
          at = after;
          continue;
        }
      }
      fields.add(line.substring(begin, end));
      at = end;
    }
    return fields;
  }
}
