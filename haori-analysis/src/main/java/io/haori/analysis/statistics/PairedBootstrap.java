package io.haori.analysis.statistics;

import java.util.Arrays;
import java.util.Random;
import org.hipparchus.stat.descriptive.rank.Percentile;
import org.hipparchus.stat.descriptive.rank.Percentile.EstimationType;

/**
 * Percentile bootstrap (Efron and Tibshirani 1993, chapter 13) of the difference in accuracy, in
 * correlation or in a share such as F1, of two models on the same rows. Rows are drawn with
 * replacement, and each drawn row counts for both models; with several seeds a model, the runs are
 * drawn too. The same seed gives the same interval.
 */
public final class PairedBootstrap {
  /** The usual number of times that the data are drawn again. */
  public static final int DEFAULT_RESAMPLES = 10_000;

  private final int resamples;
  private final long seed;

  /**
   * A bootstrap with its own source of chance.
   *
   * @param resamples how often the data are drawn again; at least 1
   * @param seed of the draws
   */
  public PairedBootstrap(int resamples, long seed) {
    if (resamples < 1) {
      throw new IllegalArgumentException("resamples must be at least 1, got " + resamples);
    }
    this.resamples = resamples;
    this.seed = seed;
  }

  /**
   * The 95 % interval of {@code accuracy(first) − accuracy(second)}, one run each.
   *
   * @param truth {@code [n]} class of each row; at least one row
   * @param first {@code [n]} predictions of the first model
   * @param second {@code [n]} predictions of the second model
   * @return the difference and its interval
   */
  public Interval accuracyDifference(int[] truth, int[] first, int[] second) {
    return accuracyDifference(truth, new int[][] {first}, new int[][] {second});
  }

  /**
   * The 95 % interval of {@code accuracy(first) − accuracy(second)}, each the mean over its runs.
   * As accuracies are means, the mean over all pairs of runs is the difference of the two means.
   *
   * @param truth {@code [n]} class of each row; at least one row
   * @param first {@code [runs][n]} predictions of the first model, one vector a seed
   * @param second {@code [runs][n]} predictions of the second model; the number of runs may differ
   * @return the difference and its interval
   */
  public Interval accuracyDifference(int[] truth, int[][] first, int[][] second) {
    return accuracy(truth, first, second).interval();
  }

  /**
   * The difference in accuracy, each the mean over its runs.
   *
   * @param truth {@code [n]} class of each row; at least one row
   * @param first {@code [runs][n]} predictions of the first model, one vector a seed
   * @param second {@code [runs][n]} predictions of the second model; the number of runs may differ
   * @return {@code accuracy(first) − accuracy(second)}, its interval and its p-value
   */
  public Difference accuracy(int[] truth, int[][] first, int[][] second) {
    byte[][] firstHits = hits(truth, first);
    byte[][] secondHits = hits(truth, second);
    return difference(
        truth.length,
        first.length,
        (run, drawnRows) -> share(firstHits[run], drawnRows),
        second.length,
        (run, drawnRows) -> share(secondHits[run], drawnRows));
  }

  /**
   * The difference in Pearson correlation with the truth, each the mean over its runs.
   *
   * @param truth {@code [n]} the right number of each row; at least one row
   * @param first {@code [runs][n]} predictions of the first model, one vector a seed
   * @param second {@code [runs][n]} predictions of the second model; the number of runs may differ
   * @return {@code correlation(first) − correlation(second)}, its interval and its p-value
   */
  public Difference correlation(double[] truth, double[][] first, double[][] second) {
    requireRuns(truth.length, first.length);
    requireRuns(truth.length, second.length);
    for (double[][] model : new double[][][] {first, second}) {
      for (double[] run : model) {
        requireRows(truth.length, run.length);
      }
    }
    return difference(
        truth.length,
        first.length,
        (run, drawnRows) -> DrawnCorrelation.of(truth, first[run], drawnRows),
        second.length,
        (run, drawnRows) -> DrawnCorrelation.of(truth, second[run], drawnRows));
  }

  /**
   * The difference of two scores that are shares, such as F1, each the mean over its runs.
   *
   * @param first {@code [runs][2][n]} what each row adds to both sides of the first model's share
   * @param second {@code [runs][2][n]} the same of the second model
   * @return {@code share(first) − share(second)}, its interval and its p-value
   */
  public Difference shares(double[][][] first, double[][][] second) {
    int rows = first.length == 0 ? 0 : first[0][0].length;
    requireRuns(rows, first.length);
    requireRuns(rows, second.length);
    for (double[][][] model : new double[][][][] {first, second}) {
      for (double[][] run : model) {
        requireRows(rows, run[0].length);
        requireRows(rows, run[1].length);
      }
    }
    return difference(
        rows,
        first.length,
        (run, drawnRows) -> share(first[run], drawnRows),
        second.length,
        (run, drawnRows) -> share(second[run], drawnRows));
  }

  /** Nothing of nothing is 0, as in F1. */
  private static double share(double[][] sides, int[] drawnRows) {
    double above = 0;
    double below = 0;
    for (int row = 0; row < drawnRows.length; row++) {
      above += sides[0][row] * drawnRows[row];
      below += sides[1][row] * drawnRows[row];
    }
    return below == 0 ? 0 : above / below;
  }

  /** The score of one run on drawn rows, each with its count. */
  private interface Score {
    double of(int run, int[] drawnRows);
  }

  private Difference difference(
      int rows, int firstRuns, Score first, int secondRuns, Score second) {
    var random = new Random(seed);
    var drawnRows = new int[rows];
    var differences = new double[resamples];
    int notAbove = 0;
    int notBelow = 0;
    for (int resample = 0; resample < resamples; resample++) {
      Arrays.fill(drawnRows, 0);
      for (int i = 0; i < rows; i++) {
        drawnRows[random.nextInt(rows)]++;
      }
      double difference =
          ofDrawnRuns(firstRuns, first, drawnRows, random)
              - ofDrawnRuns(secondRuns, second, drawnRows, random);
      differences[resample] = difference;
      notAbove += difference <= 0 ? 1 : 0;
      notBelow += difference >= 0 ? 1 : 0;
    }
    var everyRow = new int[rows];
    Arrays.fill(everyRow, 1);
    var percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(differences);
    var interval =
        new Interval(
            ofAllRuns(firstRuns, first, everyRow) - ofAllRuns(secondRuns, second, everyRow),
            percentile.evaluate(2.5),
            percentile.evaluate(97.5));
    double rarer = (1.0 + Math.min(notAbove, notBelow)) / (1.0 + resamples);
    return new Difference(interval, Math.min(1, 2 * rarer));
  }

  private static double ofDrawnRuns(int runs, Score score, int[] drawnRows, Random random) {
    double sum = 0;
    for (int i = 0; i < runs; i++) {
      sum += score.of(runs == 1 ? 0 : random.nextInt(runs), drawnRows);
    }
    return sum / runs;
  }

  private static double ofAllRuns(int runs, Score score, int[] drawnRows) {
    double sum = 0;
    for (int run = 0; run < runs; run++) {
      sum += score.of(run, drawnRows);
    }
    return sum / runs;
  }

  private static double share(byte[] hits, int[] drawnRows) {
    long count = 0;
    for (int i = 0; i < hits.length; i++) {
      count += (long) hits[i] * drawnRows[i];
    }
    return (double) count / hits.length;
  }

  private static byte[][] hits(int[] truth, int[][] runs) {
    requireRuns(truth.length, runs.length);
    var hits = new byte[runs.length][truth.length];
    for (int run = 0; run < runs.length; run++) {
      requireRows(truth.length, runs[run].length);
      for (int i = 0; i < truth.length; i++) {
        hits[run][i] = (byte) (runs[run][i] == truth[i] ? 1 : 0);
      }
    }
    return hits;
  }

  private static void requireRuns(int rows, int runs) {
    if (rows == 0 || runs == 0) {
      throw new IllegalArgumentException("a bootstrap needs at least one row and one run");
    }
  }

  private static void requireRows(int rows, int predictions) {
    if (predictions != rows) {
      throw new IllegalArgumentException(
          "predictions must have " + rows + " rows like the truth, got " + predictions);
    }
  }
}
