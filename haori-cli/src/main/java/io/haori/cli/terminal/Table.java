package io.haori.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A table of text that fits the console: columns whose cells are all numbers are right-aligned, and
 * the widest columns of text are cut with an ellipsis where the whole would be too wide.
 */
public final class Table {
  private static final Pattern NUMBER =
      Pattern.compile(
          "(< )?[-+±]?[0-9][0-9,.]*([eE][-+]?[0-9]+)?( ?(%|×|s|ms|MB|kB|GB))?( ± [0-9.]+)?");
  private static final String GAP = "  ";
  private static final int NARROWEST = 4;

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A table without rows.
   *
   * @param header names of the columns, from left to right
   */
  public Table(String... header) {
    this.header = List.of(header);
  }

  /**
   * Adds a row below the others.
   *
   * @param cells one text a column; empty where nothing is known
   * @return this table
   */
  public Table row(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells in a table of " + header.size() + " columns");
    }
    rows.add(List.of(cells));
    return this;
  }

  /**
   * Writes the table to the console's results.
   *
   * @param console says how wide and whether the header may be bold
   */
  public void print(Console console) {
    for (String line : lines(console.columns(), console.colours())) {
      console.out().println(line);
    }
  }

  List<String> lines(int columns, boolean colours) {
    int[] widths = widths(columns);
    List<String> lines = new ArrayList<>();
    String head = line(header, widths);
    lines.add(colours ? "\u001b[1m" + head + "\u001b[0m" : head);
    lines.add("─".repeat(sum(widths)));
    for (List<String> row : rows) {
      lines.add(line(row, widths));
    }
    return lines;
  }

  private int[] widths(int columns) {
    int[] widths = new int[header.size()];
    for (int c = 0; c < widths.length; c++) {
      widths[c] = length(header.get(c));
      for (List<String> row : rows) {
        widths[c] = Math.max(widths[c], length(row.get(c)));
      }
    }
    while (sum(widths) > columns) {
      int widest = 0;
      for (int c = 1; c < widths.length; c++) {
        // A cut number would be a wrong number, so text gives way first.
        if (weight(c, widths) > weight(widest, widths)) {
          widest = c;
        }
      }
      if (widths[widest] <= NARROWEST) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private int weight(int column, int[] widths) {
    return isNumeric(column) ? 0 : widths[column];
  }

  private boolean isNumeric(int column) {
    boolean any = false;
    for (List<String> row : rows) {
      String cell = row.get(column);
      if (!cell.isEmpty() && !cell.equals("–")) {
        if (!NUMBER.matcher(cell).matches()) {
          return false;
        }
        any = true;
      }
    }
    return any;
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String cell = cut(cells.get(c), widths[c]);
      String pad = " ".repeat(widths[c] - length(cell));
      line.append(c == 0 ? "" : GAP).append(isNumeric(c) ? pad + cell : cell + pad);
    }
    return line.toString().stripTrailing();
  }

  private static String cut(String cell, int width) {
    if (length(cell) <= width) {
      return cell;
    }
    return cell.substring(0, cell.offsetByCodePoints(0, width - 1)) + "…";
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  private static int sum(int[] widths) {
    int sum = GAP.length() * (widths.length - 1);
    for (int width : widths) {
      sum += width;
    }
    return sum;
  }
}
