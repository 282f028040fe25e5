package io.haori.cli.terminal;

import io.haori.analysis.report.Figures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How figures are written for a person. */
public final class ScoreText {
  /** Headers of the errors of predicted numbers by the scores' names. */
  private static final Map<String, String> ERRORS = errorHeaders();

  private ScoreText() {}

  private static Map<String, String> errorHeaders() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("rmse", "RMSE");
    headers.put("mae", "MAE");
    return Collections.unmodifiableMap(headers);
  }

  /** Headers for the errors among some scores: nothing where classes are scored. */
  public static List<String> errorNames(Map<String, Double> scores) {
    return ERRORS.entrySet().stream()
        .filter(error -> scores.containsKey(error.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The errors among some scores in the unit of the data, in the order of their headers. */
  public static List<String> errors(Map<String, Double> scores) {
    List<String> errors = new ArrayList<>();
    for (String name : ERRORS.keySet()) {
      Double score = scores.get(name);
      if (score != null) {
        errors.add(text(name, score));
      }
    }
    return errors;
  }

  /** A row's cells: its name, then the scores with four decimals in the order of the names. */
  public static String[] row(String name, Collection<String> columns, Map<String, Double> scores) {
    String[] cells = new String[columns.size() + 1];
    cells[0] = name;
    int column = 1;
    for (String key : columns) {
      Double score = scores.get(key);
      cells[column++] = score == null ? "–" : text(key, score);
    }
    return cells;
  }

  /**
   * A score for a person. Errors have the unit of the numbers, which may be tiny or huge: five
   * digits of them.
   */
  public static String text(String name, double score) {
    return String.format(Locale.ROOT, ERRORS.containsKey(name) ? "%.5g" : "%.4f", score);
  }

  /** A header for such rows. */
  public static String[] header(String name, Collection<String> columns) {
    String[] cells = new String[columns.size() + 1];
    cells[0] = name;
    int column = 1;
    for (String key : columns) {
      cells[column++] = key;
    }
    return cells;
  }

  /** A size in the unit that suits it. */
  public static String bytes(long bytes) {
    return Figures.BYTES.text(bytes);
  }

  /**
   * How long was trained, as the end of a line.
   *
   * @param epochs 0 where nothing was
   * @param best the one that was kept; 0 where no rows chose one
   */
  public static String epochs(int epochs, int best) {
    if (epochs == 0) {
      return "";
    }
    return best == 0 ? ", after " + epochs + " epochs" : ", best of " + epochs + " epochs: " + best;
  }
}
