package io.haori.cli.report;

import io.haori.cli.wording.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Pictures made of boxes alone, which a browser and a printer of PDF draw alike, without scripts
 * and without fonts of the machine.
 */
final class Figures {
  private static final double PERCENT = 100;

  private static final String BAR = "bar";
  private static final String STRONG = "strong";

  private Figures() {}

  /**
   * A bar with its interval.
   *
   * @param name before the bar
   * @param value its length, in [0, 1]
   * @param low where the interval begins
   * @param high where it ends; below {@code low} for none
   * @param text behind the bar
   * @param strong whether it is what the picture is about
   */
  record Bar(Html name, double value, double low, double high, Html text, boolean strong) {}

  /** Bars below each other, from 0 to 1. */
  static Html bars(List<Bar> bars) {
    StringBuilder code = new StringBuilder("<table class=\"bars\">");
    for (Bar bar : bars) {
      code.append("<tr><td class=\"name\">")
          .append(bar.name().code())
          .append("</td><td class=\"room\"><div class=\"track\">")
          .append(box(bar.strong() ? STRONG : BAR, 0, bar.value()));
      if (bar.high() >= bar.low()) {
        code.append(box("whisker", bar.low(), bar.high()));
      }
      code.append("</div></td><td class=\"value\">").append(bar.text().code()).append("</td></tr>");
    }
    return new Html(code.append("</table>").toString());
  }

  /**
   * A range on a line from 0.
   *
   * @param low of the range
   * @param middle marked
   * @param high of it
   * @param limit marked by a line
   * @param end of the line
   * @param names below: 0, the limit, the end
   */
  static Html range(
      double low, double middle, double high, double limit, double end, List<String> names) {
    StringBuilder code = new StringBuilder("<div class=\"line\">");
    code.append(box("span", low / end, Math.min(1, high / end)));
    code.append(mark("limit", limit / end));
    if (middle <= end) {
      code.append(mark("middle", middle / end));
    }
    code.append("</div><table class=\"scale\"><tr>");
    List<String> cells = new ArrayList<>(names);
    code.append("<td>").append(Html.of(cells.get(0)).code());
    code.append("</td><td class=\"centre\">").append(Html.of(cells.get(1)).code());
    code.append("</td><td class=\"end\">").append(Html.of(cells.get(2)).code());
    return new Html(code.append("</td></tr></table>").toString());
  }

  private static String box(String kind, double from, double to) {
    double start = inside(from);
    return String.format(
        Locale.ROOT,
        "<div class=\"%s\" style=\"left:%.2f%%;width:%.2f%%\"></div>",
        kind,
        PERCENT * start,
        PERCENT * Math.max(0.002, inside(to) - start));
  }

  private static String mark(String kind, double at) {
    return String.format(
        Locale.ROOT, "<div class=\"%s\" style=\"left:%.2f%%\"></div>", kind, PERCENT * inside(at));
  }

  private static double inside(double share) {
    return Math.max(0, Math.min(1, share));
  }
}
