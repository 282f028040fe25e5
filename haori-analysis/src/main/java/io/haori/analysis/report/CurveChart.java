package io.haori.analysis.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Curves over a common axis, for example accuracy over epochs or interference over ranks.
 *
 * @param title what it shows
 * @param caption how to read it
 * @param x the horizontal axis
 * @param y the upright axis
 * @param curves at least one
 */
public record CurveChart(String title, String caption, Axis x, Axis y, List<Curve> curves)
    implements Chart {
  /**
   * One curve.
   *
   * @param name for the legend
   * @param x {@code [n]} ascending
   * @param y {@code [n]}
   * @param marked index of the point to mark, such as the one to stop at; null for none
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  public record Curve(String name, double[] x, double[] y, @Nullable Integer marked) {}

  @Override
  public int height() {
    return 360;
  }

  @Override
  public Map<String, Object> option() {
    List<Object> series = new ArrayList<>();
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      String colour = Options.colour(i);
      List<Map<String, Object>> data = new ArrayList<>();
      for (int point = 0; point < curve.x().length; point++) {
        Map<String, Object> datum =
            Options.datum(
                curve.name()
                    + ": "
                    + y.figures().text(curve.y()[point])
                    + " at "
                    + x.figures().text(curve.x()[point]),
                curve.x()[point],
                curve.y()[point]);
        if (curve.marked() != null && curve.marked() == point) {
          datum.put("symbol", "diamond");
          datum.put("symbolSize", 16);
        }
        data.add(datum);
      }
      series.add(
          Options.of(
              "type",
              "line",
              "name",
              curve.name(),
              "symbolSize",
              6,
              "itemStyle",
              Options.of("color", colour),
              "lineStyle",
              Options.of("color", colour, "width", 2),
              "data",
              data));
    }
    Map<String, Object> level = x.option(30, values(Curve::x));
    if (!x.logarithmic()) {
      level.put("boundaryGap", List.of(0, 0));
    }
    return Options.of(
        "grid", Options.of("left", 50, "right", 30, "top", 40, "bottom", 45, "containLabel", true),
        "legend", Options.of("show", curves.size() > 1, "top", 4),
        "xAxis", level,
        "yAxis", y.option(55, values(Curve::y)),
        "series", series);
  }

  private DoubleStream values(Function<Curve, double[]> side) {
    return curves.stream().flatMapToDouble(curve -> Arrays.stream(side.apply(curve)));
  }
}
