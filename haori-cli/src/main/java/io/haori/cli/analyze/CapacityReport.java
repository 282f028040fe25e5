package io.haori.cli.analyze;

import io.haori.analysis.report.Axis;
import io.haori.analysis.report.CurveChart;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.Page;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.transfer.CapacityPoint;
import io.haori.analysis.transfer.Plateau;
import io.haori.analysis.transfer.Recommendation;
import io.haori.cli.terminal.Table;
import io.haori.core.language.Catalogue;
import java.util.List;
import java.util.Locale;

/**
 * What an analysis of capacity shows: a table, an answer and a page.
 *
 * @param points each capacity that was measured
 */
record CapacityReport(List<CapacityPoint> points) {
  /** One row a capacity. */
  Table table() {
    Table table =
        new Table("capacity", "trained", "accuracy", "interval", "transfer", "interference");
    for (CapacityPoint point : points) {
      table.row(
          point.axis() + " " + point.name(),
          String.format(Locale.ROOT, "%,d", point.trained()),
          TransferFigures.percent(point.joint().estimate()),
          TransferFigures.percent(point.joint().low())
              + " to "
              + TransferFigures.percent(point.joint().high()),
          TransferFigures.percent(point.transfer()),
          TransferFigures.percent(point.interference()));
    }
    return table;
  }

  /** One answer an axis: from where on more is not worth it. */
  List<String> sentences() {
    return axes().stream().map(axis -> CapacityPoint.advice(ofAxis(axis))).toList();
  }

  private List<String> axes() {
    return points.stream().map(CapacityPoint::axis).distinct().toList();
  }

  private List<CapacityPoint> ofAxis(String axis) {
    return points.stream().filter(point -> point.axis().equals(axis)).toList();
  }

  /** The page. */
  String html(Catalogue words) {
    Page page = new Page("How much capacity the domains need together", words);
    sentences().forEach(page::answer);
    for (String axis : axes()) {
      List<CapacityPoint> ours = ofAxis(axis);
      page.heading("By " + axis).chart(curves(axis, ours)).table(grid(ours));
    }
    page.heading("How this was measured")
        .list(
            List.of(
                "Accuracy, transfer and interference are means over domains and seeds on the test"
                    + " rows, transfer and interference against models of each domain alone with"
                    + " the same capacity.",
                "The point to stop at is the smallest capacity whose accuracy lies within the 95 %"
                    + " interval of the best one's.",
                "Intervals: bootstrap over samples and seeds."));
    return page.html();
  }

  private static CurveChart curves(String axis, List<CapacityPoint> points) {
    int stop = Plateau.stop(points.stream().map(CapacityPoint::joint).toList());
    double[] x = points.stream().mapToDouble(CapacityPoint::size).toArray();
    List<CurveChart.Curve> curves =
        List.of(
            new CurveChart.Curve(
                "together",
                x,
                points.stream().map(CapacityPoint::joint).mapToDouble(Interval::estimate).toArray(),
                stop),
            new CurveChart.Curve(
                "alone", x, points.stream().mapToDouble(CapacityPoint::alone).toArray(), null),
            new CurveChart.Curve(
                "transfer",
                x,
                points.stream().mapToDouble(CapacityPoint::transfer).toArray(),
                null),
            new CurveChart.Curve(
                "interference",
                x,
                points.stream().mapToDouble(CapacityPoint::interference).toArray(),
                null));
    return new CurveChart(
        "Accuracy, transfer and interference",
        "A diamond: the point to stop at.",
        Axis.linear(axis, Figures.COUNT),
        Axis.linear("share of test samples", Figures.PERCENT),
        curves);
  }

  private static Grid grid(List<CapacityPoint> points) {
    return new Grid(
        List.of("capacity", "trained", "together", "95 % interval", "alone", "gain"),
        points.stream()
            .map(
                point ->
                    List.of(
                        point.name(),
                        Figures.COUNT.text(point.trained()),
                        Figures.PERCENT.text(point.joint().estimate()),
                        Figures.PERCENT.text(point.joint().low())
                            + " to "
                            + Figures.PERCENT.text(point.joint().high()),
                        Figures.PERCENT.text(point.alone()),
                        Recommendation.withInterval(point.gain())))
            .toList());
  }
}
