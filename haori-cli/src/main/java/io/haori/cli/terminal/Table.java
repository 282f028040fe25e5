package io.haori.cli.terminal;

import io.haori.core.language.Catalogue;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jline.utils.WCWidth;

/**
 * A table of text: columns whose cells are all numbers are right-aligned. On a terminal the widest
 * columns of text are wrapped at the ends of words where the whole would be too wide; nothing is
 * ever cut, and a program that reads the table gets each row on one line.
 */
public final class Table {
  private static final Pattern NUMBER =
      Pattern.compile(
          "(< )?[-+±]?[0-9][0-9,.]*([eE][-+]?[0-9]+)?( ?(%|×|s|ms|MB|kB|GB))?( ± [0-9.]+)?");
  private static final String GAP = "  ";
  private static final int NARROWEST = 4;

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();
  private boolean keyed;

  /**
   * A table without rows.
   *
   * @param header names of the columns, from left to right
   */
  public Table(String... header) {
    this.header = List.of(header);
  }

  /** Says that the first column names properties, in words that are not the user's own. */
  public Table keyed() {
    keyed = true;
    return this;
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
    Table said = in(console.words());
    for (String line : said.lines(console.outColumns(), console.colours())) {
      console.rows().println(line);
    }
  }

  /**
   * The same table in a language: its header, the names of properties, and cells that are phrases.
   * Single words are mostly the user's own, such as labels.
   */
  private Table in(Catalogue words) {
    if (words.isEnglish()) {
      return this;
    }
    Table said = new Table(header.stream().map(words::heading).toArray(String[]::new));
    for (List<String> row : rows) {
      String[] cells = new String[row.size()];
      for (int c = 0; c < cells.length; c++) {
        String cell = row.get(c);
        cells[c] =
            keyed && c == 0 ? words.heading(cell) : cell.contains(" ") ? words.text(cell) : cell;
      }
      said.row(cells);
    }
    return said;
  }

  List<String> lines(int columns, boolean colours) {
    int[] widths = widths(columns);
    List<String> lines = new ArrayList<>();
    for (String line : wrapped(header, widths)) {
      lines.add(colours ? "\u001b[1m" + line + "\u001b[0m" : line);
    }
    lines.add("─".repeat(sum(widths)));
    for (List<String> row : rows) {
      lines.addAll(wrapped(row, widths));
    }
    return lines;
  }

  private int[] widths(int columns) {
    int[] widths = new int[header.size()];
    for (int c = 0; c < widths.length; c++) {
      widths[c] = width(header.get(c));
      for (List<String> row : rows) {
        widths[c] = Math.max(widths[c], width(row.get(c)));
      }
    }
    int[] words = new int[widths.length];
    for (int c = 0; c < widths.length; c++) {
      words[c] = widestWord(c);
    }
    // First no word is broken; only where that does not do, long words are.
    narrow(widths, words, columns);
    int[] narrowest = new int[widths.length];
    for (int c = 0; c < widths.length; c++) {
      narrowest[c] = isNumeric(c) ? widths[c] : Math.min(words[c], NARROWEST);
    }
    narrow(widths, narrowest, columns);
    return widths;
  }

  private static void narrow(int[] widths, int[] least, int columns) {
    while (sum(widths) > columns) {
      int widest = -1;
      for (int c = 0; c < widths.length; c++) {
        if (widths[c] > least[c] && (widest < 0 || widths[c] > widths[widest])) {
          widest = c;
        }
      }
      if (widest < 0) {
        return;
      }
      widths[widest]--;
    }
  }

  private int widestWord(int column) {
    int widest = 0;
    List<String> cells = new ArrayList<>(rows.stream().map(row -> row.get(column)).toList());
    if (isNumeric(column)) {
      return Math.max(
          cells.stream().mapToInt(Table::width).max().orElse(0), widestWord(header.get(column)));
    }
    cells.add(header.get(column));
    for (String cell : cells) {
      widest = Math.max(widest, widestWord(cell));
    }
    return widest;
  }

  private static int widestWord(String cell) {
    return words(cell).stream().mapToInt(word -> width(word.stripTrailing())).max().orElse(0);
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

  /** One row as as many lines as its longest cell needs. */
  private List<String> wrapped(List<String> cells, int[] widths) {
    List<List<String>> columns = new ArrayList<>();
    int height = 1;
    for (int c = 0; c < widths.length; c++) {
      columns.add(wrap(cells.get(c), widths[c]));
      height = Math.max(height, columns.get(c).size());
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < height; i++) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        List<String> parts = columns.get(c);
        String part = i < parts.size() ? parts.get(i) : "";
        String pad = " ".repeat(Math.max(0, widths[c] - width(part)));
        line.append(c == 0 ? "" : GAP).append(isNumeric(c) ? pad + part : part + pad);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static List<String> wrap(String cell, int width) {
    if (width(cell) <= width) {
      return List.of(cell);
    }
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : words(cell)) {
      if (width(line + word.stripTrailing()) > width && !line.isEmpty()) {
        lines.add(line.toString().stripTrailing());
        line.setLength(0);
      }
      for (int point : word.codePoints().toArray()) {
        String letter = Character.toString(point);
        if (width(line + letter) > width && !line.isEmpty() && !letter.isBlank()) {
          lines.add(line.toString().stripTrailing());
          line.setLength(0);
        }
        line.append(letter);
      }
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }

  /** Parts between which a line may be broken, each with the blanks behind it. */
  private static List<String> words(String cell) {
    BreakIterator breaks = BreakIterator.getLineInstance(Locale.ROOT);
    breaks.setText(cell);
    List<String> words = new ArrayList<>();
    int from = breaks.first();
    for (int to = breaks.next(); to != BreakIterator.DONE; to = breaks.next()) {
      words.add(cell.substring(from, to));
      from = to;
    }
    return words;
  }

  /** Columns of a terminal that a text takes; a Chinese or Japanese letter takes two. */
  private static int width(String text) {
    return text.codePoints().map(point -> Math.max(0, WCWidth.wcwidth(point))).sum();
  }

  private static int sum(int[] widths) {
    return GAP.length() * (widths.length - 1) + Arrays.stream(widths).sum();
  }
}
