package io.haori.cli;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/** How figures are written for a person. */
final class ScoreText {
  private ScoreText() {}

  /** A row's cells: its name, then the scores with four decimals in the order of the names. */
  static String[] row(String name, Collection<String> columns, Map<String, Double> scores) {
    String[] cells = new String[columns.size() + 1];
    cells[0] = name;
    int column = 1;
    for (String key : columns) {
      Double score = scores.get(key);
      cells[column++] = score == null ? "–" : String.format(Locale.ROOT, "%.4f", score);
    }
    return cells;
  }

  /** A header for such rows. */
  static String[] header(String name, Collection<String> columns) {
    String[] cells = new String[columns.size() + 1];
    cells[0] = name;
    int column = 1;
    for (String key : columns) {
      cells[column++] = key;
    }
    return cells;
  }

  /** A size in the unit that suits it. */
  static String bytes(long bytes) {
    if (bytes < 1 << 20) {
      return String.format(Locale.ROOT, "%.1f kB", bytes / 1024.0);
    }
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1048576.0);
  }
}
