package io.haori.inference.calibration;

import io.haori.analysis.calibration.CalibrationError;
import io.haori.analysis.calibration.HeldOutScores;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.Targets;
import java.util.stream.IntStream;

/**
 * How well a calibration keeps its promises on labelled rows that neither the model nor the
 * calibration was made from.
 *
 * @param rows how many have a class that the model knows; the shares but the last are of these
 * @param unknownRows how many have another
 * @param errorBefore calibration error without the temperature, in [0, 1]
 * @param errorAfter with it
 * @param errorByChance what perfect probabilities would show with as many rows
 * @param errorLessChance {@code errorAfter} less what chance adds on average; may be below 0
 * @param share that the sets and the distances were asked for: {@value #SHARE}, or the most that
 *     the held-out rows can promise
 * @param coverage share of rows whose set holds the right class
 * @param setSize mean number of classes in a set
 * @param kept share of rows that are not taken for unknown ones
 * @param recognised share of the unknown rows that are; NaN without such rows
 */
public record CalibrationScores(
    int rows,
    int unknownRows,
    double errorBefore,
    double errorAfter,
    double errorByChance,
    double errorLessChance,
    double share,
    double coverage,
    double setSize,
    double kept,
    double recognised) {
  /** What is asked for where there are enough held-out rows. */
  public static final double SHARE = 0.9;

  private static final long SEED = 42;

  /**
   * Scores answers.
   *
   * @param calibration of the model that answered
   * @param targets what is right; at least one row of a known class
   * @param probabilities {@code [n][classes]} with the temperature
   * @param vectors {@code [n][width]} that the head read
   */
  public static CalibrationScores of(
      Calibration calibration, Targets targets, double[][] probabilities, float[][] vectors) {
    int[] known = rows(targets, false);
    int[] others = rows(targets, true);
    double[] before = new double[known.length];
    double[] after = new double[known.length];
    boolean[] right = new boolean[known.length];
    double share = share(calibration.rows());
    double bound = calibration.sets().bound("coverage", share);
    double covered = 0;
    double size = 0;
    for (int i = 0; i < known.length; i++) {
      double[] p = probabilities[known[i]];
      int wanted = targets.classes()[known[i]];
      int best = AnsweredRows.greatest(p, 0, p.length);
      after[i] = p[best];
      before[i] = without(calibration.temperature().value(), p, best);
      right[i] = best == wanted;
      int[] set = calibration.sets().set(p, bound);
      covered += IntStream.of(set).anyMatch(k -> k == wanted) ? 1 : 0;
      size += set.length;
    }
    CalibrationError error = CalibrationError.equalWidth(after, right);
    return new CalibrationScores(
        known.length,
        others.length,
        CalibrationError.equalWidth(before, right).value(),
        error.value(),
        CalibrationError.byChance(after, SEED),
        error.lessChance(),
        share,
        covered / known.length,
        size / known.length,
        1 - far(calibration, vectors, known, share),
        far(calibration, vectors, others, share));
  }

  private static int[] rows(Targets targets, boolean unknown) {
    return IntStream.range(0, targets.size())
        .filter(row -> targets.hasUnknown(row) == unknown)
        .toArray();
  }

  private static double share(int heldOut) {
    return HeldOutScores.needed(SHARE) <= heldOut
        ? SHARE
        : Math.floor(1_000.0 * heldOut / (heldOut + 1.0)) / 1_000;
  }

  /** The share of some rows that are farther off than known ones are. */
  private static double far(Calibration calibration, float[][] vectors, int[] rows, double share) {
    double bound = calibration.known().quantile("unknown", share);
    return IntStream.of(rows)
        .mapToDouble(row -> calibration.distance().score(vectors[row]) > bound ? 1 : 0)
        .average()
        .orElse(Double.NaN);
  }

  /** {@code softmax(z)} of {@code softmax(z/T)}: its T-th powers, made to sum up to 1. */
  private static double without(double temperature, double[] p, int best) {
    double sum = 0;
    for (double one : p) {
      sum += Math.pow(one / p[best], temperature);
    }
    return 1 / sum;
  }
}
