package io.haori.analysis.statistics;

import java.util.Arrays;
import java.util.Random;
import org.hipparchus.stat.descriptive.rank.Percentile;
import org.hipparchus.stat.descriptive.rank.Percentile.EstimationType;

/**
 * Percentile bootstrap (Efron and Tibshirani 1993, chapter 13) of the difference in accuracy of two
 * models on the same rows. Rows are drawn with replacement, and each drawn row counts for both
 * models; with several seeds a model, the runs are drawn too. The same seed gives the same
 * interval.
 */
public final class PairedBootstrap {
  /** How often the data are drawn again unless told otherwise. */
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
    int rows = truth.length;
    byte[][] firstHits = hits(truth, first);
    byte[][] secondHits = hits(truth, second);
    var random = new Random(seed);
    var drawnRows = new int[rows];
    var differences = new double[resamples];
    for (int resample = 0; resample < resamples; resample++) {
      Arrays.fill(drawnRows, 0);
      for (int i = 0; i < rows; i++) {
        drawnRows[random.nextInt(rows)]++;
      }
      differences[resample] =
          drawnAccuracy(firstHits, drawnRows, random)
              - drawnAccuracy(secondHits, drawnRows, random);
    }
    var everyRow = new int[rows];
    Arrays.fill(everyRow, 1);
    var percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(differences);
    return new Interval(
        accuracy(firstHits, everyRow) - accuracy(secondHits, everyRow),
        percentile.evaluate(2.5),
        percentile.evaluate(97.5));
  }

  private static double drawnAccuracy(byte[][] hits, int[] drawnRows, Random random) {
    double sum = 0;
    for (int i = 0; i < hits.length; i++) {
      int run = hits.length == 1 ? 0 : random.nextInt(hits.length);
      sum += share(hits[run], drawnRows);
    }
    return sum / hits.length;
  }

  private static double accuracy(byte[][] hits, int[] drawnRows) {
    double sum = 0;
    for (byte[] run : hits) {
      sum += share(run, drawnRows);
    }
    return sum / hits.length;
  }

  private static double share(byte[] hits, int[] drawnRows) {
    long count = 0;
    for (int i = 0; i < hits.length; i++) {
      count += (long) hits[i] * drawnRows[i];
    }
    return (double) count / hits.length;
  }

  private static byte[][] hits(int[] truth, int[][] runs) {
    if (truth.length == 0 || runs.length == 0) {
      throw new IllegalArgumentException("a bootstrap needs at least one row and one run");
    }
    var hits = new byte[runs.length][truth.length];
    for (int run = 0; run < runs.length; run++) {
      if (runs[run].length != truth.length) {
        throw new IllegalArgumentException(
            "predictions must have "
                + truth.length
                + " rows like the truth, got "
                + runs[run].length);
      }
      for (int i = 0; i < truth.length; i++) {
        hits[run][i] = (byte) (runs[run][i] == truth[i] ? 1 : 0);
      }
    }
    return hits;
  }
}
