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
}
