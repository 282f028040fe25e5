package io.haori.analysis.report;

import io.haori.core.language.Catalogue;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A heat map in SVG: one row a module, one column a layer, the darker the larger the module's share
 * of the layer's update.
 *
 * @param modules names of the rows
 * @param byLayer shares in [0, 1], {@code [modules]} by name of the column
 */
public record SvgHeatMap(List<String> modules, Map<String, double[]> byLayer) implements Picture {
  private static final int LEFT = 190;
  private static final int TOP = 56;
  private static final int CELL = 34;
  private static final int WIDEST = 760;

  @Override
  public String svg(Catalogue words) {
    int cell = Math.max(14, Math.min(CELL, (WIDEST - LEFT) / Math.max(1, byLayer.size())));
    int width = LEFT + cell * byLayer.size() + 20;
    int height = TOP + CELL * modules.size() + 20;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\">%n"
            + "<title>%s</title>%n"
            + "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>%n"
            + "<text x=\"%d\" y=\"20\">%s</text>%n",
        width,
        height,
        width,
        Picture.escaped(words.text("Share of each module in the update of each layer")),
        width,
        height,
        LEFT,
        Picture.escaped(words.text("layer, from the text upwards")));
    int column = 0;
    for (Map.Entry<String, double[]> layer : byLayer.entrySet()) {
      int x = LEFT + cell * column++;
      add(
          svg,
          "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"11\">%s</text>%n",
          x + cell / 2,
          TOP - 10,
          shortened(layer.getKey(), cell / 7));
      for (int row = 0; row < modules.size(); row++) {
        cell(words, svg, x, TOP + CELL * row, cell, layer.getKey(), row, layer.getValue()[row]);
      }
    }
    for (int row = 0; row < modules.size(); row++) {
      add(
          svg,
          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
          LEFT - 8,
          TOP + CELL * row + CELL / 2 + 4,
          Picture.escaped(shortened(modules.get(row), 26)));
    }
    return svg.append("</svg>").toString();
  }

  private void cell(
      Catalogue words,
      StringBuilder svg,
      int x,
      int y,
      int width,
      String layer,
      int row,
      double share) {
    // From white to the blue of all pictures; the root keeps small shares apart.
    double depth = Math.sqrt(Math.max(0, Math.min(1, share)));
    int red = (int) Math.round(255 - depth * (255 - 24));
    int green = (int) Math.round(255 - depth * (255 - 78));
    int blue = (int) Math.round(255 - depth * (255 - 122));
    add(
        svg,
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%02x%02x%02x\">"
            + "<title>%s</title></rect>%n",
        x,
        y,
        width - 1,
        CELL - 1,
        red,
        green,
        blue,
        Picture.escaped(
            words.text(
                String.format(
                    Locale.ROOT, "%s, layer %s: %.1f %%", modules.get(row), layer, 100 * share))));
    if (width >= 28) {
      add(
          svg,
          "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"10\""
              + " fill=\"%s\">%.0f</text>%n",
          x + width / 2,
          y + CELL / 2 + 4,
          depth > 0.6 ? "#fff" : "#333",
          100 * share);
    }
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, Math.max(1, most - 1)) + "…";
  }
}
