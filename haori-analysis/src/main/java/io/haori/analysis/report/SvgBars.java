package io.haori.analysis.report;

import io.haori.core.language.Catalogue;
import java.util.List;
import java.util.Locale;

/**
 * Bars in SVG, one a way for each name.
 *
 * @param title what it shows, for those who do not see it
 * @param ways names of the bars, for the legend; one to three
 * @param names of the groups of bars, from the top
 * @param shares {@code [names][ways]} in [0, 1]
 */
public record SvgBars(
    String title, List<String> ways, List<String> names, List<List<Double>> shares)
    implements Picture {
  private static final int WIDTH = 720;
  private static final int LEFT = 170;
  private static final int ROW = 62;
  private static final int BAR = 17;
  private static final int TOP = 34;
  private static final int LETTER = 8;

  /** From here on letters are about twice as wide as Latin ones: CJK. */
  private static final int FIRST_WIDE = 0x2E80;

  private static final List<String> COLOURS = List.of("#b9c4d0", "#7aa6c2", "#184e7a");

  /** Copies the lists and checks that there is a share for every bar. */
  public SvgBars {
    ways = List.copyOf(ways);
    names = List.copyOf(names);
    shares = shares.stream().map(List::copyOf).toList();
    int bars = ways.size();
    if (bars < 1
        || bars > COLOURS.size()
        || shares.size() != names.size()
        || shares.stream().anyMatch(ofName -> ofName.size() != bars)) {
      throw new IllegalArgumentException(shares + " for " + names + " and " + ways);
    }
  }

  @Override
  public String svg(Catalogue words) {
    int height = TOP + ROW * names.size() + 10;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " font-family=\"system-ui, sans-serif\" font-size=\"14\" role=\"img\">%n"
            + "<title>%s</title>%n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>%n",
        WIDTH,
        height,
        WIDTH,
        Picture.escaped(words.text(title)),
        WIDTH,
        height);
    int x = 20;
    for (int way = 0; way < ways.size(); way++) {
      String name = words.text(ways.get(way));
      add(
          svg,
          "<rect x=\"%d\" y=\"8\" width=\"12\" height=\"12\" fill=\"%s\"/><text x=\"%d\""
              + " y=\"19\">%s</text>%n",
          x,
          COLOURS.get(way),
          x + 18,
          Picture.escaped(name));
      x += 30 + width(name);
    }
    for (int i = 0; i < names.size(); i++) {
      int y = TOP + ROW * i;
      add(
          svg,
          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
          LEFT - 10,
          y + 30,
          Picture.escaped(names.get(i)));
      for (int way = 0; way < ways.size(); way++) {
        bar(svg, y + BAR * way, shares.get(i).get(way), COLOURS.get(way));
      }
    }
    return svg.append("</svg>").toString();
  }

  /** Pixels that a text takes, roughly; a Chinese or Japanese letter is twice as wide. */
  private static int width(String text) {
    return text.codePoints().map(point -> point < FIRST_WIDE ? LETTER : 2 * LETTER - 1).sum();
  }

  private static void bar(StringBuilder svg, int y, double share, String colour) {
    double width = share * (WIDTH - LEFT - 60);
    add(
        svg,
        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"15\" fill=\"%s\"/><text x=\"%.1f\""
            + " y=\"%d\" font-size=\"12\">%s</text>%n",
        LEFT,
        y,
        width,
        colour,
        LEFT + width + 5,
        y + 12,
        Figures.PERCENT.text(share));
  }

  private static void add(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }
}
