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
      cells[column++] = score == null ? "–" : text(key, score);
    }
    return cells;
  }

  /** Errors have the unit of the numbers, which may be tiny or huge: five digits of them. */
  private static String text(String name, double score) {
    boolean hasUnit = name.equals("rmse") || name.equals("mae");
    return String.format(Locale.ROOT, hasUnit ? "%.5g" : "%.4f", score);
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
