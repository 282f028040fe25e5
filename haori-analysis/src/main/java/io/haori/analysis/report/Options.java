package io.haori.analysis.report;

import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Pieces that the options of several kinds of chart share. */
final class Options {
  /**
   * Colours that people with the usual kinds of colour blindness can distinguish (Okabe and Ito).
   */
  static final List<String> COLOURS =
      List.of(
          "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A7A7A", "#B8A800");

  private Options() {}

  static String colour(int index) {
    return COLOURS.get(index % COLOURS.size());
  }

  /** A map that keeps its order, from keys and values in turn. */
  static Map<String, Object> of(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  /** An axis of numbers whose ends suit the data. */
  static Map<String, Object> axis(String name, Figures figures) {
    return of(
        "type",
        "value",
        "name",
        name,
        "nameLocation",
        "middle",
        "nameGap",
        30,
        "scale",
        true,
        "boundaryGap",
        List.of("4%", "4%"),
        "axisLine",
        of("onZero", false),
        "figures",
        figures.word());
  }

  /**
   * An axis on which equal steps are equal factors, from a power of its base to another one.
   *
   * @param values that it must span; above 0
   */
  static Map<String, Object> logarithmic(String name, Figures figures, DoubleStream values) {
    // A size doubles; its factors of ten would be at no round number.
    int base = figures == Figures.BYTES ? 2 : 10;
    DoubleSummaryStatistics range =
        values.map(v -> Math.log(v) / Math.log(base)).summaryStatistics();
    double low = Math.floor(range.getMin());
    double high = Math.max(low + 1, Math.ceil(range.getMax()));
    Map<String, Object> axis = axis(name, figures);
    axis.remove("boundaryGap");
    axis.put("type", "log");
    axis.put("logBase", base);
    axis.put("min", Math.pow(base, low));
    axis.put("max", Math.pow(base, high));
    return axis;
  }

  /** An axis with the names at 0, 1, 2 …, so that several marks fit beside each other. */
  static Map<String, Object> names(List<String> names) {
    return of(
        "type",
        "value",
        "min",
        -0.5,
        "max",
        names.size() - 0.5,
        "interval",
        0.5,
        "inverse",
        true,
        "names",
        names,
        "splitLine",
        of("show", false),
        "axisTick",
        of("show", false),
        "axisLine",
        of("show", false));
  }

  /** A series of straight lines, each {@code {x1, y1, x2, y2}} with its tip. */
  static Map<String, Object> segments(
      String name, String colour, double width, List<Map<String, Object>> data) {
    return of(
        "type",
        "custom",
        "draw",
        "segment",
        "name",
        name,
        "lineWidth",
        width,
        "itemStyle",
        of("color", colour),
        "encode",
        of("x", List.of(0, 2), "y", List.of(1, 3)),
        "data",
        data);
  }

  static Map<String, Object> datum(String tip, Object... value) {
    return of("value", List.of(value), "tip", tip);
  }
}
