package io.haori.cli.compare;

import io.haori.analysis.comparison.MethodComparison;
import io.haori.analysis.comparison.MethodPairs;
import io.haori.analysis.comparison.MethodRuns;
import io.haori.analysis.comparison.Versus;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.statistics.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every pair of compared methods with its one interval, for the page and for JSON. */
final class ComparePairs {
  private ComparePairs() {}

  /** Rows less columns. */
  static Grid grid(MethodComparison comparison, MethodPairs pairs) {
    boolean percent = comparison.answers().inPercent();
    Figures figures = percent ? Figures.PERCENT : Figures.PLAIN;
    List<String> names = names(comparison);
    List<String> header = new ArrayList<>(names);
    header.add(0, percent ? "points" : "correlation");
    List<List<String>> rows = new ArrayList<>();
    for (int row = 0; row < names.size(); row++) {
      List<String> cells = new ArrayList<>();
      cells.add(names.get(row));
      for (int column = 0; column < names.size(); column++) {
        cells.add(row == column ? "" : cell(figures, pairs.of(row, column).difference()));
      }
      rows.add(cells);
    }
    return new Grid(header, rows);
  }

  private static String cell(Figures figures, Interval difference) {
    return figures.cell(difference.estimate(), difference.low(), difference.high());
  }

  /** Each pair once, the later method less the earlier one. */
  static List<Map<String, Object>> forJson(MethodComparison comparison, MethodPairs pairs) {
    List<String> names = names(comparison);
    List<Map<String, Object>> list = new ArrayList<>();
    for (int later = 1; later < names.size(); later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        Versus versus = pairs.of(later, earlier);
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("method", names.get(later));
        one.put("less", names.get(earlier));
        one.put("difference", versus.difference().estimate());
        one.put("interval", List.of(versus.difference().low(), versus.difference().high()));
        one.put("pValue", versus.corrected());
        one.put("uncorrectedPValue", versus.pValue());
        list.add(one);
      }
    }
    return list;
  }

  private static List<String> names(MethodComparison comparison) {
    return comparison.methods().stream().map(MethodRuns::method).toList();
  }
}
