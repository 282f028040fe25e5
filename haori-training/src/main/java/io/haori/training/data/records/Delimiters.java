package io.haori.training.data.records;

import java.util.List;

/** Finds what separates the fields of a table. */
final class Delimiters {
  private Delimiters() {}

  /**
   * The character that parts the header, and most of the first lines in the same way.
   *
   * @param header the first line
   * @param ahead some of the lines after it; may be empty
   * @param tabs whether a tab is tried first, otherwise a comma
   */
  static char of(String header, List<String> ahead, boolean tabs) {
    char[] candidates = tabs ? new char[] {'\t', ';', ',', '|'} : new char[] {',', ';', '\t', '|'};
    char best = candidates[0];
    long bestScore = 0;
    for (char candidate : candidates) {
      int fields = FieldParser.alone(header, candidate).size();
      if (fields > 1) {
        long alike =
            ahead.stream()
                .filter(line -> FieldParser.alone(line, candidate).size() == fields)
                .count();
        long score = (alike << 16) + fields;
        if (score > bestScore) {
          best = candidate;
          bestScore = score;
        }
      }
    }
    return best;
  }
}
