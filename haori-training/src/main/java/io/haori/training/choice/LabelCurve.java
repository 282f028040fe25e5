package io.haori.training.choice;

import io.haori.analysis.statistics.PowerLaw;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.training.data.Dataset;
import java.util.List;

/**
 * What more labels would give, roughly: the accuracy of a probe on the frozen base's vectors that
 * learns from a quarter, from half and from all of the rows, each time on rows that were held out,
 * and where a {@link PowerLaw} through these points leads.
 *
 * @param points from few rows to all
 * @param withTwice the accuracy to be expected with twice as many rows
 */
public record LabelCurve(List<Point> points, double withTwice) {
  static final int[] PARTS = {4, 2, 1};

  /** An error is taken as at least this many rows of all that were held out. */
  private static final double LEAST_ERRORS = 0.5;

  /**
   * One point.
   *
   * @param rows that were learnt from
   * @param accuracy on the held-out rows, in [0, 1]
   */
  public record Point(int rows, double accuracy) {}

  /** Copies the points. */
  public LabelCurve {
    points = List.copyOf(points);
  }

  /**
   * Measures it.
   *
   * @param base stays open
   * @param text how texts are read
   * @param data its training rows are used, all of one class each and of one domain
   * @param seed decides which rows are together
   */
  public static LabelCurve of(TextBase base, TextOptions text, Dataset data, long seed) {
    return of(HeldOutProbe.of(base, text, data, PARTS, 1, seed, done -> true).orElseThrow());
  }

  static LabelCurve of(HeldOutProbe probe) {
    List<Point> points =
        probe.shares().stream().map(one -> new Point(one.learnt(), one.accuracy())).toList();
    return new LabelCurve(points, extrapolated(points, probe.heldOut().length, 2.0 * probe.rows()));
  }

  /** Accuracy at a number of rows on the line through the points in logarithms. */
  static double extrapolated(List<Point> points, int heldOut, double rows) {
    double least = LEAST_ERRORS / heldOut;
    double[] counts = points.stream().mapToDouble(Point::rows).toArray();
    double[] errors =
        points.stream().mapToDouble(one -> Math.max(least, 1 - one.accuracy())).toArray();
    return 1 - PowerLaw.fit(counts, errors).at(rows);
  }
}
