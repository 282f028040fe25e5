package io.haori.analysis.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A table of numbers as colours: blue above 0, red below, white at 0.
 *
 * @param title what it shows
 * @param caption how to read it
 * @param rowAxis what the rows are
 * @param columnAxis what the columns are
 * @param figures unit of the numbers
 * @param rows names, from the top
 * @param columns names, from the left
 * @param values {@code [rows][columns]}; NaN leaves a cell empty
 * @param marked {@code [rows][columns]} whether the cell has a star, for what is more than chance
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record HeatMap(
    String title,
    String caption,
    String rowAxis,
    String columnAxis,
    Figures figures,
    List<String> rows,
    List<String> columns,
    double[][] values,
    boolean[][] marked)
    implements Chart {
  private static final int CELL = 42;

  /** From this share of the strongest value on, a cell is too dark for black figures. */
  private static final double DARK = 0.6;

  @Override
  public int height() {
    return 150 + CELL * rows.size();
  }

  @Override
  public Map<String, Object> option() {
    List<Map<String, Object>> data = new ArrayList<>();
    double widest =
        Arrays.stream(values)
            .flatMapToDouble(Arrays::stream)
            .filter(value -> !Double.isNaN(value))
            .map(Math::abs)
            .max()
            .orElse(0);
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < columns.size(); column++) {
        double value = values[row][column];
        if (Double.isNaN(value)) {
          continue;
        }
        String text = figures.difference(value);
        Map<String, Object> datum =
            Options.datum(
                rows.get(row) + ", " + columns.get(column) + ": " + text, column, row, value);
        datum.put(
            "label",
            Options.of(
                "formatter",
                text.replace(" points", "") + (marked[row][column] ? " *" : ""),
                "color",
                Math.abs(value) > DARK * widest ? "#fff" : "#111"));
        data.add(datum);
      }
    }
    double end = widest == 0 ? 1 : widest;
    return Options.of(
        "grid", Options.of("left", 30, "right", 20, "top", 10, "bottom", 90, "containLabel", true),
        "xAxis", names(columnAxis, columns, false),
        "yAxis", names(rowAxis, rows, true),
        "visualMap",
            Options.of(
                "min",
                -end,
                "max",
                end,
                "calculable",
                false,
                "orient",
                "horizontal",
                "left",
                "center",
                "bottom",
                0,
                "text",
                List.of(figures.difference(end), figures.difference(-end)),
                "inRange",
                Options.of("color", List.of("#D55E00", "#FFFFFF", "#0072B2"))),
        "series",
            List.of(
                Options.of(
                    "type",
                    "heatmap",
                    "label",
                    Options.of("show", true),
                    "itemStyle",
                    Options.of("borderColor", "#ddd", "borderWidth", 1),
                    "data",
                    data)));
  }

  private static Map<String, Object> names(String axis, List<String> names, boolean upright) {
    return Options.of(
        "type",
        "category",
        "name",
        axis,
        "nameLocation",
        upright ? "end" : "middle",
        "nameGap",
        upright ? 8 : 34,
        "inverse",
        upright,
        "data",
        names,
        "axisLabel",
        Options.of("interval", 0, "rotate", !upright && names.size() > 6 ? 30 : 0));
  }
}
