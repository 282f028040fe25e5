package io.haori.analysis.calibration;

import static io.haori.core.check.Check.require;

import java.util.Arrays;

/**
 * Scores of rows that the model was not trained on, from which a bound with a promised coverage is
 * taken: a new row of the same kind has a score of at most {@link #quantile} with at least the
 * probability that was asked for (split conformal prediction: Angelopoulos, Bates 2021, arXiv
 * 2107.07511). The promise is an average over held-out sets and new rows: with {@code n} rows the
 * share that one set gives spreads around it by about {@code √(C (1 − C) / n)}.
 *
 * <p>Scores that were made by cross-validation, each row by a model that had not seen it, may be
 * used in the same way (cross-conformal prediction: Vovk 2015, arXiv 1208.0806). What is proved for
 * those is less, coverage {@code 1 − 2 (1 − C)} (Barber et al. 2021, arXiv 1905.02928), what is
 * seen is close to {@code C}.
 *
 * <p>Of more than {@value #MOST} rows only every {@code n / 1000}th score in order is kept. That
 * makes a bound at most a thousandth too wide, never too narrow.
 *
 * @param sorted scores in ascending order, at most {@value #MOST} and not more than {@code rows};
 *     finite
 * @param rows how many there were, at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // Read only, never compared.
public record HeldOutScores(double[] sorted, int rows) {
  /** How many scores are kept. */
  public static final int MOST = 1_000;

  /** Lets {@code 10 · 0.9}, which is a little more than 9 in a double, be 9. */
  private static final double ROUNDING = 1e-9;

  private static final double MILLION = 1e6;

  /** Checks that it is what {@link #of} gives. */
  public HeldOutScores {
    require(rows >= 1, "rows", "at least 1", rows);
    require(
        sorted.length == Math.min(rows, MOST),
        "scores",
        Math.min(rows, MOST) + " for " + rows + " rows",
        sorted.length);
    for (int i = 0; i < sorted.length; i++) {
      require(Double.isFinite(sorted[i]), "scores[" + i + "]", "finite", sorted[i]);
      require(i == 0 || sorted[i] >= sorted[i - 1], "scores[" + i + "]", "in order", sorted[i]);
    }
  }

  /**
   * Keeps scores, rounded up to a millionth: what was computed with another rounding is within the
   * bound, too.
   *
   * @param scores {@code [n]} in any order, finite; at least one
   */
  public static HeldOutScores of(double[] scores) {
    double[] all = scores.clone();
    Arrays.sort(all);
    int kept = Math.min(all.length, MOST);
    double[] sorted = new double[kept];
    for (int i = 0; i < kept; i++) {
      double score = all[rank(i, kept, all.length) - 1];
      double rounded = Math.ceil(score * MILLION) / MILLION;
      sorted[i] = Double.isFinite(rounded) ? rounded : score;
    }
    return new HeldOutScores(sorted, all.length);
  }

  /** The rank among all, counted from 1, of the score that is kept at an index. */
  private static int rank(int index, int kept, int all) {
    return (int) (((index + 1L) * all + kept - 1) / kept);
  }

  /**
   * The bound: the {@code ⌈(n + 1) C⌉}-th smallest of {@code n} scores, the smallest for {@code C =
   * 0}.
   *
   * @param setting how the coverage is called in the sentence of an error
   * @param coverage {@code C}, in [0, 1)
   * @throws io.haori.core.check.UserError when the coverage is out of its bound, or higher than so
   *     few rows can promise
   */
  public double quantile(String setting, double coverage) {
    require(coverage >= 0 && coverage < 1, setting, "in [0, 1)", coverage);
    int rank = Math.max(1, (int) Math.ceil((rows + 1.0) * coverage - ROUNDING));
    if (rank > rows) {
      require(
          false,
          setting,
          "at most "
              + largest()
              + " with "
              + rows
              + (rows == 1 ? " held-out row" : " held-out rows")
              + " ("
              + coverage
              + " takes "
              + needed(coverage)
              + ")",
          coverage);
    }
    int index = 0;
    while (rank(index, sorted.length, rows) < rank) {
      index++;
    }
    return sorted[index];
  }

  /** The highest coverage of these rows, rounded down to a thousandth. */
  private double largest() {
    return Math.floor(1000.0 * rows / (rows + 1.0)) / 1000;
  }

  /** How many rows a coverage in [0, 1) takes: the least {@code n} with {@code n/(n + 1) ≥ C}. */
  public static long needed(double coverage) {
    return Math.max(1, (long) Math.ceil(coverage / (1 - coverage) - ROUNDING));
  }
}
