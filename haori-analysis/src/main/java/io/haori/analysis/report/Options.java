package io.haori.analysis.report;

import io.haori.core.language.Catalogue;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;

/** Pieces that the options of several kinds of chart share. */
final class Options {
  /**
   * Colours that people with the usual kinds of colour blindness can distinguish (Okabe and Ito).
   */
  static final List<String> COLOURS =
      List.of(
          "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A7A7A", "#B8A800");

  private static final List<String> AXES = List.of("xAxis", "yAxis");

  /** Keys whose values a person reads. */
  private static final Set<String> PHRASES = Set.of("name", "names", "tip", "text");

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

  /**
   * An option in a language: the names of axes, and names of series and tips that are phrases.
   *
   * @param words says them
   * @param option of values that JSON can hold
   */
  static Map<String, Object> in(Catalogue words, Map<String, Object> option) {
    if (words.isEnglish()) {
      return option;
    }
    Map<String, Object> said = new LinkedHashMap<>();
    option.forEach((key, value) -> said.put(key, in(words, key, value)));
    for (String axis : AXES) {
      if (said.get(axis) instanceof Map<?, ?> of && of.get("name") instanceof String name) {
        Map<String, Object> named = new LinkedHashMap<>();
        of.forEach((key, value) -> named.put((String) key, value));
        named.put("name", words.heading(name));
        said.put(axis, named);
      }
    }
    return said;
  }

  private static Object in(Catalogue words, String key, Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> said = new LinkedHashMap<>();
      map.forEach((inner, held) -> said.put((String) inner, in(words, (String) inner, held)));
      return said;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(one -> in(words, key, one)).toList();
    }
    return value instanceof String text && PHRASES.contains(key) && text.contains(" ")
        ? words.text(text)
        : value;
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
