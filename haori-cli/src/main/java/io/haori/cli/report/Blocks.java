package io.haori.cli.report;

import io.haori.cli.wording.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Parts of a page, one after another, as well-formed XHTML. */
final class Blocks {
  private static final Pattern NUMBER =
      Pattern.compile("·|[−+<-]?[0-9][0-9,. ]*( ?(%|s|min|h|MB|秒|分|時間))?");

  private static final Pattern FIGURES = Pattern.compile("^[−+]?[0-9]");
  private static final int SHORT = 14;

  private final StringBuilder code = new StringBuilder();

  /** Begins a part that links can lead to. */
  Blocks heading(int level, String place, String text) {
    return add(
        "<h%d id=\"%s\">%s</h%d>", level, Html.of(place).code(), Html.of(text).code(), level);
  }

  /** A small heading without a place. */
  Blocks question(String text) {
    return add("<h3 class=\"question\">%s</h3>", Html.of(text).code());
  }

  Blocks paragraph(Html text) {
    return add("<p>%s</p>", text.code());
  }

  Blocks small(Html text) {
    return add("<p class=\"small\">%s</p>", text.code());
  }

  Blocks list(List<Html> items) {
    if (items.isEmpty()) {
      return this;
    }
    StringBuilder list = new StringBuilder("<ul>");
    items.forEach(item -> list.append("<li>").append(item.code()).append("</li>"));
    return raw(list.append("</ul>").toString());
  }

  /**
   * A table.
   *
   * @param header names of the columns
   * @param rows of cells
   * @param places of the rows for links; empty for none
   */
  Blocks table(List<String> header, List<List<Html>> rows, List<String> places) {
    StringBuilder table = new StringBuilder("<table class=\"data\"><thead><tr>");
    List<Boolean> numbers = new ArrayList<>();
    for (int column = 0; column < header.size(); column++) {
      int at = column;
      List<String> cells =
          rows.stream().map(row -> text(row.get(at))).filter(cell -> !cell.isEmpty()).toList();
      numbers.add(
          !cells.isEmpty() && cells.stream().allMatch(cell -> NUMBER.matcher(cell).matches()));
      table.append(numbers.get(column) ? "<th class=\"number\">" : "<th>");
      table.append(Html.of(header.get(column)).code()).append("</th>");
    }
    table.append("</tr></thead><tbody>\n");
    for (int row = 0; row < rows.size(); row++) {
      table.append(
          places.isEmpty() ? "<tr>" : "<tr id=\"" + Html.of(places.get(row)).code() + "\">");
      for (int column = 0; column < header.size(); column++) {
        String kind =
            numbers.get(column) ? "number" : isShort(rows.get(row).get(column)) ? "whole" : "";
        table.append(kind.isEmpty() ? "<td>" : "<td class=\"" + kind + "\">");
        table.append(rows.get(row).get(column).code()).append("</td>");
      }
      table.append("</tr>\n");
    }
    return raw(table.append("</tbody></table>").toString());
  }

  /** Figures and names are not broken, sentences are. */
  private static boolean isShort(Html cell) {
    String text = text(cell);
    return text.length() <= SHORT || (text.length() <= 2 * SHORT && FIGURES.matcher(text).find());
  }

  private static String text(Html cell) {
    return cell.code().replaceAll("<[^>]*>", "").strip();
  }

  /** Code that is well-formed already. */
  Blocks raw(String html) {
    code.append(html).append('\n');
    return this;
  }

  Blocks figure(Html figure) {
    return add("<div class=\"figure\">%s</div>", figure.code());
  }

  private Blocks add(String format, Object... values) {
    return raw(String.format(Locale.ROOT, format, values));
  }

  String code() {
    return code.toString();
  }
}
