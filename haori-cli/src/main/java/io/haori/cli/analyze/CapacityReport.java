package io.haori.cli.analyze;

import io.haori.analysis.report.Axis;
import io.haori.analysis.report.CurveChart;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.Page;
import io.haori.analysis.transfer.CapacityPoint;
import io.haori.analysis.transfer.Measure;
import io.haori.analysis.transfer.Plateau;
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
        new Table(
            "capacity",
            "trained",
            losses() ? "loss" : "accuracy",
            "interval",
            "transfer",
            "interference");
    for (CapacityPoint point : points) {
      table.row(
          point.axis() + " " + point.name(),
          String.format(Locale.ROOT, "%,d", point.trained()),
          point.measure().text(point.joint().estimate()),
          point.measure().ends(point.joint()),
          point.measure().figures().text(point.transfer()),
          point.measure().figures().text(point.interference()));
    }
    return table;
  }

  private boolean losses() {
    return points.get(0).measure() == Measure.LOSS;
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
                losses()
                    ? "Loss, transfer and interference are means over domains and seeds on the test"
                        + " rows, in nats a token, transfer and interference against models of each"
                        + " domain alone with the same capacity."
                    : "Accuracy, transfer and interference are means over domains and seeds on the"
                        + " test rows, transfer and interference against models of each domain"
                        + " alone with the same capacity.",
                losses()
                    ? "The point to stop at is the smallest capacity whose loss lies within the 95"
                        + " % interval of the best one's."
                    : "The point to stop at is the smallest capacity whose accuracy lies within the"
                        + " 95 % interval of the best one's.",
                "Intervals: bootstrap over samples and seeds."));
    return page.html();
  }

  private static CurveChart curves(String axis, List<CapacityPoint> points) {
    Measure measure = points.get(0).measure();
    boolean losses = measure == Measure.LOSS;
    int stop = Plateau.stop(points.stream().map(CapacityPoint::joint).toList());
    double[] x = points.stream().mapToDouble(CapacityPoint::size).toArray();
    List<CurveChart.Curve> curves =
        List.of(
            new CurveChart.Curve(
                "together",
                x,
                points.stream()
                    .mapToDouble(point -> measure.shown(point.joint().estimate()))
                    .toArray(),
                stop),
            new CurveChart.Curve(
                "alone",
                x,
                points.stream().mapToDouble(point -> measure.shown(point.alone())).toArray(),
                null),
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
        losses ? "Loss, transfer and interference" : "Accuracy, transfer and interference",
        "A diamond: the point to stop at.",
        Axis.linear(axis, Figures.COUNT),
        Axis.linear(losses ? "nats a token" : "share of test samples", measure.figures()),
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
                        point.measure().text(point.joint().estimate()),
                        point.measure().ends(point.joint()),
                        point.measure().text(point.alone()),
                        point.measure().withInterval(point.gain())))
            .toList());
  }
}
