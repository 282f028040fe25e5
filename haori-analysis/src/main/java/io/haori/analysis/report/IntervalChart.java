package io.haori.analysis.report;

import io.haori.analysis.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Estimates with their intervals, one row a name: as points, or as bars that begin at 0.
 *
 * @param title what it shows
 * @param caption how to read it
 * @param axis name of the numbers' axis
 * @param figures their unit
 * @param names of the rows, from the top
 * @param series one or more estimates a row, beside each other
 * @param bars whether to draw bars from 0
 */
public record IntervalChart(
    String title,
    String caption,
    String axis,
    Figures figures,
    List<String> names,
    List<Series> series,
    boolean bars)
    implements Chart {
  /**
   * One kind of estimate.
   *
   * @param name for the legend
   * @param intervals one a row; null where there is none
   * @param runs for each row the single runs, drawn as small points; empty for none
   */
  public record Series(String name, List<@Nullable Interval> intervals, List<double[]> runs) {}

  private static final int ROW = 34;
  private static final double SPREAD = 0.28;

  @Override
  public int height() {
    return 110 + ROW * names.size() * Math.max(1, series.size() / 2);
  }

  @Override
  public Map<String, Object> option() {
    List<Object> all = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      add(all, i);
    }
    return Options.of(
        "grid", Options.of("left", 10, "right", 30, "top", 40, "bottom", 40, "containLabel", true),
        "legend", Options.of("show", series.size() > 1, "top", 4),
        "xAxis", Options.axis(axis, figures),
        "yAxis", Options.names(names),
        "series", all);
  }

  private void add(List<Object> all, int index) {
    Series one = series.get(index);
    String colour = Options.colour(index);
    double shift = series.size() == 1 ? 0 : SPREAD * (2.0 * index / (series.size() - 1) - 1);
    List<Map<String, Object>> estimates = new ArrayList<>();
    List<Map<String, Object>> whiskers = new ArrayList<>();
    List<Map<String, Object>> bodies = new ArrayList<>();
    List<Map<String, Object>> points = new ArrayList<>();
    for (int row = 0; row < names.size(); row++) {
      Interval interval = one.intervals().get(row);
      if (interval == null) {
        continue;
      }
      double y = row + shift;
      String tip = tip(names.get(row), one.name(), interval);
      estimates.add(Options.datum(tip, interval.estimate(), y));
      whiskers.add(Options.datum(tip, interval.low(), y, interval.high(), y));
      bodies.add(Options.datum(tip, 0.0, y, interval.estimate(), y));
      if (!one.runs().isEmpty()) {
        for (double run : one.runs().get(row)) {
          points.add(Options.datum(names.get(row) + ", one run: " + figures.text(run), run, y));
        }
      }
    }
    if (bars) {
      all.add(Options.segments(one.name(), colour, 13, bodies));
    }
    all.add(Options.segments(one.name(), bars ? "#333" : colour, 2, whiskers));
    if (!points.isEmpty()) {
      all.add(
          Options.of(
              "type",
              "scatter",
              "name",
              one.name(),
              "symbolSize",
              5,
              "itemStyle",
              Options.of("color", colour, "opacity", 0.45),
              "data",
              points));
    }
    if (!bars) {
      all.add(
          Options.of(
              "type",
              "scatter",
              "name",
              one.name(),
              "symbolSize",
              12,
              "itemStyle",
              Options.of("color", colour),
              "data",
              estimates));
    }
  }

  private String tip(String row, String name, Interval interval) {
    return row
        + (series.size() > 1 ? ", " + name : "")
        + ": "
        + figures.text(interval.estimate())
        + " ("
        + figures.text(interval.low())
        + " to "
        + figures.text(interval.high())
        + ")";
  }
}
