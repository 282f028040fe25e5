package io.haori.analysis.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How well scores tell the rows that are looked for, the positives, from the others at every
 * threshold. With few positives, accuracy says little: whoever calls nothing a defect is nearly
 * always right.
 *
 * <pre>{@code
 * recall           = hits / positives               precision = hits / (hits + false alarms)
 * false-alarm rate = false alarms / negatives       F_β = (1 + β²) P R / (β² P + R)
 * }</pre>
 *
 * <p>Sources: Fawcett 2006, An introduction to ROC analysis; Davis and Goadrich 2006, The
 * relationship between Precision-Recall and ROC curves.
 */
public final class DetectionCurve {
  private final List<Point> points;
  private final long positives;
  private final long negatives;

  private DetectionCurve(List<Point> points, long positives, long negatives) {
    this.points = points;
    this.positives = positives;
    this.negatives = negatives;
  }

  /**
   * What happens at one threshold: rows with at least this score are called positive.
   *
   * @param threshold the least score that is called positive; infinite where none is
   * @param hits positives that are called so
   * @param falseAlarms negatives that are called positive
   * @param positives how many there are; at least 1
   * @param negatives how many there are; at least 1
   */
  public record Point(
      double threshold, long hits, long falseAlarms, long positives, long negatives) {
    /** The share of positives that are found; in [0, 1]. */
    public double recall() {
      return (double) hits / positives;
    }

    /** The share of what is called positive that is; 1 where nothing is. */
    public double precision() {
      return hits + falseAlarms == 0 ? 1 : (double) hits / (hits + falseAlarms);
    }

    /** The share of negatives that are called positive; in [0, 1]. */
    public double falseAlarmRate() {
      return (double) falseAlarms / negatives;
    }

    /**
     * The weighted harmonic mean of precision and recall; 0 where nothing is found.
     *
     * @param beta how many times recall counts as much as precision; above 0
     */
    public double fBeta(double beta) {
      double square = beta * beta;
      return hits == 0
          ? 0
          : (1 + square) * hits / ((1 + square) * hits + square * (positives - hits) + falseAlarms);
    }

    /**
     * What the mistakes cost.
     *
     * @param miss cost of a positive that is not found
     * @param falseAlarm cost of a negative that is called positive
     */
    public double cost(double miss, double falseAlarm) {
      return miss * (positives - hits) + falseAlarm * falseAlarms;
    }
  }

  /**
   * The curve of some scores.
   *
   * @param positives scores of the rows that are looked for; at least one, all finite
   * @param negatives scores of the others; at least one, all finite
   */
  public static DetectionCurve of(double[] positives, double[] negatives) {
    if (positives.length == 0 || negatives.length == 0) {
      throw new IllegalArgumentException(
          "both kinds are needed, got " + positives.length + " and " + negatives.length);
    }
    double[] up = sorted(positives);
    double[] down = sorted(negatives);
    List<Point> points = new ArrayList<>();
    points.add(new Point(Double.POSITIVE_INFINITY, 0, 0, up.length, down.length));
    int hits = 0;
    int alarms = 0;
    while (hits < up.length || alarms < down.length) {
      double threshold = Math.max(last(up, hits), last(down, alarms));
      while (last(up, hits) == threshold) {
        hits++;
      }
      while (last(down, alarms) == threshold) {
        alarms++;
      }
      points.add(new Point(threshold, hits, alarms, up.length, down.length));
    }
    return new DetectionCurve(List.copyOf(points), up.length, down.length);
  }

  private static double[] sorted(double[] scores) {
    double[] sorted = scores.clone();
    for (int i = 0; i < sorted.length; i++) {
      if (!Double.isFinite(sorted[i])) {
        throw new IllegalArgumentException("scores must be finite, got " + sorted[i]);
      }
      // Zeros of both signs are one score.
      sorted[i] += 0.0;
    }
    Arrays.sort(sorted);
    return sorted;
  }

  /** The greatest score but for those that were taken. */
  private static double last(double[] sorted, int taken) {
    return taken < sorted.length ? sorted[sorted.length - 1 - taken] : Double.NEGATIVE_INFINITY;
  }

  /** All thresholds that make a difference, the highest first; it begins with none called. */
  public List<Point> points() {
    return points;
  }

  /** How many rows are looked for. */
  public long positives() {
    return positives;
  }

  /** How many other rows there are. */
  public long negatives() {
    return negatives;
  }

  /**
   * The area under the curve of recall over false-alarm rate: the chance that a positive has a
   * higher score than a negative, equal scores counted half; in [0, 1].
   */
  public double areaUnderRoc() {
    double area = 0;
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      area += (double) (to.falseAlarms() - from.falseAlarms()) * (from.hits() + to.hits()) / 2;
    }
    return area / ((double) positives * negatives);
  }

  /**
   * The same area of very many scores, such as those of pixels, without the curve's points.
   *
   * @param positives scores of what is looked for; at least one, all finite
   * @param negatives scores of the rest; at least one, all finite
   * @return in [0, 1]
   */
  public static double areaUnderRoc(double[] positives, double[] negatives) {
    double[] up = sorted(positives);
    double[] down = sorted(negatives);
    double pairs = 0;
    int below = 0;
    int upTo = 0;
    for (double score : up) {
      while (below < down.length && down[below] < score) {
        below++;
      }
      upTo = Math.max(upTo, below);
      while (upTo < down.length && down[upTo] == score) {
        upTo++;
      }
      pairs += (below + upTo) / 2.0;
    }
    return pairs / ((double) up.length * down.length);
  }

  /**
   * The mean of precision over what is found, {@code Σ (Rₙ − Rₙ₋₁) Pₙ}, without interpolation; in
   * (0, 1]. Scores without knowledge reach the share of positives.
   */
  public double averagePrecision() {
    double sum = 0;
    for (int i = 1; i < points.size(); i++) {
      sum += (points.get(i).recall() - points.get(i - 1).recall()) * points.get(i).precision();
    }
    return sum;
  }

  /**
   * The point with the highest F, the higher threshold where two have it.
   *
   * @param beta how many times recall counts as much as precision; above 0
   */
  public Point best(double beta) {
    return points.stream().reduce((a, b) -> b.fBeta(beta) > a.fBeta(beta) ? b : a).orElseThrow();
  }

  /**
   * The point with the most found among those with few false alarms.
   *
   * @param most the highest false-alarm rate; in [0, 1]
   */
  public Point atFalseAlarmRate(double most) {
    return points.stream()
        .filter(point -> point.falseAlarmRate() <= most)
        .max(
            Comparator.comparingLong(Point::hits)
                .thenComparing(Comparator.comparingLong(Point::falseAlarms).reversed()))
        .orElseThrow();
  }

  /**
   * The point whose mistakes cost least, the higher threshold where two do.
   *
   * @param miss cost of a positive that is not found; at least 0
   * @param falseAlarm cost of a negative that is called positive; at least 0
   */
  public Point cheapest(double miss, double falseAlarm) {
    return points.stream()
        .reduce((a, b) -> b.cost(miss, falseAlarm) < a.cost(miss, falseAlarm) ? b : a)
        .orElseThrow();
  }

  /**
   * A threshold that only higher scores are called positive by, which calls the same rows as a
   * point: half way to the next lower score; half of it where none is lower.
   *
   * @param point of this curve
   * @return infinite where none is called
   */
  public double below(Point point) {
    if (point.hits() + point.falseAlarms() == 0) {
      return Double.POSITIVE_INFINITY;
    }
    int next = points.indexOf(point) + 1;
    double lower = next < points.size() ? points.get(next).threshold() : 0;
    double middle = point.threshold() / 2 + lower / 2;
    return middle < point.threshold() ? middle : Math.nextDown(point.threshold());
  }

  /**
   * What happens at a threshold.
   *
   * @param threshold rows with at least this score are called positive
   */
  public Point at(double threshold) {
    return points.stream()
        .filter(point -> point.threshold() >= threshold)
        .reduce((a, b) -> b)
        .orElseThrow();
  }
}
