package io.haori.analysis.report;

import io.haori.core.language.Catalogue;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of texts.
 *
 * @param header names of the columns
 * @param rows each as long as the header
 * @param keyed whether the first column names properties, in words that are not the user's own
 */
public record Grid(List<String> header, List<List<String>> rows, boolean keyed) {
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

  /** A table whose first column holds names of the user's own, such as labels. */
  public Grid(List<String> header, List<List<String>> rows) {
    this(header, rows, false);
  }

  /**
   * The same table in a language: its header, the names of properties, and cells that are phrases.
   */
  Grid in(Catalogue words) {
    if (words.isEnglish()) {
      return this;
    }
    List<List<String>> said = new ArrayList<>();
    for (List<String> row : rows) {
      List<String> cells = new ArrayList<>(row);
      for (int column = 0; column < cells.size(); column++) {
        String cell = cells.get(column);
        if (keyed && column == 0) {
          cells.set(column, words.heading(cell));
        } else if (cell.contains(" ")) {
          cells.set(column, words.text(cell));
        }
      }
      said.add(cells);
    }
    return new Grid(header.stream().map(words::heading).toList(), said, keyed);
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
