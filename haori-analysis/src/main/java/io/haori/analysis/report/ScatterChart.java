package io.haori.analysis.report;

import io.haori.analysis.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Named points with upright intervals, for example accuracy against stored bytes.
 *
 * @param title what it shows
 * @param caption how to read it
 * @param x the horizontal axis
 * @param y the upright axis
 * @param points at least one
 */
public record ScatterChart(String title, String caption, Axis x, Axis y, List<Point> points)
    implements Chart {
  /**
   * A point.
   *
   * @param name shown beside it
   * @param x its place
   * @param y its height and the interval around it
   */
  public record Point(String name, double x, Interval y) {}

  @Override
  public int height() {
    return 380;
  }

  @Override
  public Map<String, Object> option() {
    List<Object> series = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      String colour = Options.colour(i);
      String tip =
          point.name()
              + ": "
              + y.figures().text(point.y().estimate())
              + " ("
              + y.figures().text(point.y().low())
              + " to "
              + y.figures().text(point.y().high())
              + ") at "
              + x.figures().text(point.x());
      series.add(
          Options.segments(
              point.name(),
              colour,
              2,
              List.of(
                  Options.datum(tip, point.x(), point.y().low(), point.x(), point.y().high()))));
      series.add(
          Options.of(
              "type", "scatter",
              "name", point.name(),
              "symbolSize", 13,
              "itemStyle", Options.of("color", colour),
              "label",
                  Options.of(
                      "show", true,
                      "position", "right",
                      "formatter", "{a}",
                      "color", colour,
                      "fontWeight", "bold"),
              "labelLayout", Options.of("moveOverlap", "shiftY"),
              "data", List.of(Options.datum(tip, point.x(), point.y().estimate()))));
    }
    return Options.of(
        "grid", Options.of("left", 30, "right", 90, "top", 20, "bottom", 45, "containLabel", true),
        "xAxis", x.option(30, points.stream().mapToDouble(Point::x)),
        "yAxis",
            y.option(
                55,
                points.stream().flatMapToDouble(p -> DoubleStream.of(p.y().low(), p.y().high()))),
        "series", series);
  }
}
