package io.haori.analysis.report;

import java.util.List;

/**
 * A table of texts.
 *
 * @param header names of the columns
 * @param rows each as long as the header
 */
public record Grid(List<String> header, List<List<String>> rows) {
  /** Copies the rows. */
  public Grid {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != header.size()) {
        throw new IllegalArgumentException(row.size() + " cells for " + header.size() + " columns");
      }
    }
  }

  /**
   * Whether a column holds words and not figures: one of its cells begins with a letter.
   *
   * @param column from 0
   */
  boolean words(int column) {
    return rows.stream()
        .map(row -> row.get(column))
        .anyMatch(cell -> !cell.isEmpty() && Character.isLetter(cell.codePointAt(0)));
  }
}
