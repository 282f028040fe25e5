package io.haori.cli.terminal;

import static io.haori.core.check.Check.require;

import io.haori.analysis.metrics.DetectionCurve;
import io.haori.analysis.metrics.DetectionCurve.Point;
import io.haori.analysis.report.Axis;
import io.haori.analysis.report.CurveChart;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * How well few rows are found among many, for people and programs.
 *
 * @param curve of the scores
 * @param positive what is looked for, for example a class
 * @param threshold in use
 * @param options what was chosen
 * @param above whether a row is found by a score above the threshold, not by one as high
 */
public record DetectionView(
    DetectionCurve curve, String positive, double threshold, Options options, boolean above) {
  /** Points of the curve that a program gets at most. */
  private static final int MOST_POINTS = 200;

  /** Where nothing is called positive, no share of it is right. */
  private static final String NO_PRECISION = "–";

  /** What may be chosen about thresholds. */
  public static final class Options {
    @Option(
        names = "--miss-cost",
        paramLabel = "X",
        description = "Cost of one that is not found, for the cheapest threshold (default: 10).")
    double missCost = 10;

    @Option(
        names = "--false-alarm-cost",
        paramLabel = "X",
        description = "Cost of one that is found without being one (default: 1).")
    double falseAlarmCost = 1;

    @Option(
        names = "--beta",
        paramLabel = "X",
        description = "How many times recall counts as much as precision in F (default: 2).")
    double beta = 2;

    @Option(
        names = "--false-alarm-rate",
        paramLabel = "X",
        description =
            "Most of the others, as a share, that may be found without being one, for one more"
                + " threshold (default: 0.05).")
    double falseAlarmRate = 0.05;

    /** Refuses what is out of bounds. */
    public void check() {
      require(missCost >= 0 && missCost <= 1e12, "--miss-cost", "in [0, 1e12]", missCost);
      require(
          falseAlarmCost >= 0 && falseAlarmCost <= 1e12,
          "--false-alarm-cost",
          "in [0, 1e12]",
          falseAlarmCost);
      require(beta > 0 && beta <= 1e6, "--beta", "above 0 and at most 1e6", beta);
      require(
          falseAlarmRate >= 0 && falseAlarmRate <= 1,
          "--false-alarm-rate",
          "in [0, 1]",
          falseAlarmRate);
    }
  }

  private static final List<String> HEADER =
      List.of("threshold by", "threshold", "recall", "precision", "false alarms", "F-beta", "cost");

  /** Prints the areas and a table of thresholds. */
  public void print(Console console) {
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "Area under the ROC curve %.4f, average precision %.4f (%,d of %,d are %s)",
                curve.areaUnderRoc(),
                curve.averagePrecision(),
                curve.positives(),
                curve.positives() + curve.negatives(),
                positive));
    Table table = new Table(HEADER.toArray(String[]::new));
    rows().forEach((name, point) -> table.row(cells(name, point)));
    table.print(console);
  }

  /** The thresholds as a table of a page. */
  public Grid grid() {
    List<List<String>> all = new ArrayList<>();
    rows().forEach((name, point) -> all.add(List.of(cells(name, point))));
    return new Grid(HEADER, all, true);
  }

  /** Precision over recall. */
  public CurveChart chart() {
    List<double[]> points = curvePoints();
    double[] recall = points.stream().mapToDouble(point -> point[0]).toArray();
    double[] precision = points.stream().mapToDouble(point -> point[1]).toArray();
    return new CurveChart(
        "Precision and recall",
        "Each point is a threshold: further right more are found, further up fewer of those that"
            + " are reported are false alarms.",
        Axis.linear("recall", Figures.PERCENT),
        Axis.linear("precision", Figures.PERCENT),
        List.of(new CurveChart.Curve(positive, recall, precision, null)));
  }

  private Map<String, Point> rows() {
    Map<String, Point> rows = new LinkedHashMap<>();
    rows.put("in use", inUse());
    rows.put("F-beta", curve.best(options.beta));
    rows.put("false-alarm rate", curve.atFalseAlarmRate(options.falseAlarmRate));
    rows.put("cost", curve.cheapest(options.missCost, options.falseAlarmCost));
    return rows;
  }

  /** What happens at the threshold in use. */
  public Point inUse() {
    return curve.at(above ? Math.nextUp(threshold) : threshold);
  }

  private double shown(Point point) {
    return above ? curve.below(point) : point.threshold();
  }

  private String[] cells(String name, Point point) {
    return new String[] {
      name,
      name.equals("in use") ? number(threshold) : number(shown(point)),
      percent(point.recall()),
      point.hits() + point.falseAlarms() == 0 ? NO_PRECISION : percent(point.precision()),
      percent(point.falseAlarmRate()),
      String.format(Locale.ROOT, "%.3f", point.fBeta(options.beta)),
      number(point.cost(options.missCost, options.falseAlarmCost))
    };
  }

  private static String number(double value) {
    return Double.isInfinite(value) ? "none" : String.format(Locale.ROOT, "%.4g", value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** The same for programs. */
  public Map<String, Object> forJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("positive", positive);
    json.put("positives", curve.positives());
    json.put("negatives", curve.negatives());
    json.put("auroc", curve.areaUnderRoc());
    json.put("averagePrecision", curve.averagePrecision());
    json.put("beta", options.beta);
    json.put("missCost", options.missCost);
    json.put("falseAlarmCost", options.falseAlarmCost);
    Map<String, Object> thresholds = new LinkedHashMap<>();
    String[] keys = {"inUse", "bestF", "falseAlarmRate", "cost"};
    int next = 0;
    for (Point point : rows().values()) {
      String key = keys[next++];
      Map<String, Object> one = point(point);
      if (key.equals("inUse")) {
        one.put("threshold", threshold);
      }
      thresholds.put(key, one);
    }
    json.put("thresholds", thresholds);
    json.put("precisionRecall", curvePoints());
    return json;
  }

  private Map<String, Object> point(Point point) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("threshold", Double.isInfinite(point.threshold()) ? null : shown(point));
    one.put("recall", point.recall());
    one.put("precision", point.precision());
    one.put("falseAlarmRate", point.falseAlarmRate());
    one.put("fBeta", point.fBeta(options.beta));
    one.put("cost", point.cost(options.missCost, options.falseAlarmCost));
    return one;
  }

  /** The curve, thinned out evenly. */
  private List<double[]> curvePoints() {
    List<Point> points = curve.points();
    int step = Math.max(1, (points.size() + MOST_POINTS - 1) / MOST_POINTS);
    List<double[]> all = new ArrayList<>();
    for (int i = 1; i < points.size(); i += step) {
      all.add(new double[] {points.get(i).recall(), points.get(i).precision()});
    }
    return all;
  }
}
