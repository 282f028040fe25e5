package io.haori.analysis.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.hipparchus.special.Erf;

/**
 * How far confidence and accuracy are apart: the expected calibration error.
 *
 * <pre>{@code
 * ECE = Σ over bins  rows of the bin / n · |accuracy of the bin − mean confidence of the bin|
 * }</pre>
 *
 * <p>With few rows it is above 0 even for perfect probabilities, because the accuracy of a bin of
 * five rows is a matter of chance; {@link #byChance} says how much.
 *
 * @param value in [0, 1]
 * @param bins those with rows, in ascending order of confidence
 */
public record CalibrationError(double value, List<Bin> bins) {
  /** How many bins are usual. */
  public static final int BINS = 15;

  /** Copies the bins. */
  public CalibrationError {
    bins = List.copyOf(bins);
  }

  /**
   * Rows of like confidence.
   *
   * @param rows how many
   * @param confidence their mean, in [0, 1]
   * @param accuracy share of right answers, in [0, 1]
   */
  public record Bin(int rows, double confidence, double accuracy) {}

  /**
   * With {@value #BINS} bins of equal width, {@code (0, 1/15], (1/15, 2/15], …}, as published
   * figures have it (Guo et al. 2017, arXiv 1706.04599, equation 3).
   *
   * @param confidence {@code [n]} probability of each answer
   * @param right {@code [n]} whether it is right
   */
  public static CalibrationError equalWidth(double[] confidence, boolean[] right) {
    requireSameRows(confidence, right);
    int[] bins =
        Arrays.stream(confidence)
            .mapToInt(p -> Math.max(0, Math.min(BINS - 1, (int) Math.ceil(p * BINS) - 1)))
            .toArray();
    return of(confidence, right, bins);
  }

  /**
   * With {@value #BINS} bins of as many rows each as can be (Nguyen, O'Connor 2015, arXiv
   * 1508.05154). It sees more where most answers are nearly sure.
   *
   * @param confidence {@code [n]} probability of each answer
   * @param right {@code [n]} whether it is right
   */
  public static CalibrationError equalMass(double[] confidence, boolean[] right) {
    requireSameRows(confidence, right);
    int n = confidence.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> confidence[row]))
            .mapToInt(row -> row)
            .toArray();
    int[] bins = new int[n];
    for (int rank = 0; rank < n; rank++) {
      bins[order[rank]] = (int) ((long) rank * BINS / n);
    }
    return of(confidence, right, bins);
  }

  private static void requireSameRows(double[] confidence, boolean[] right) {
    if (confidence.length != right.length || right.length == 0) {
      throw new IllegalArgumentException(confidence.length + " rows, " + right.length + " answers");
    }
  }

  private static CalibrationError of(double[] confidence, boolean[] right, int[] binOf) {
    int[] rows = new int[BINS];
    double[] sure = new double[BINS];
    int[] hits = new int[BINS];
    for (int row = 0; row < right.length; row++) {
      rows[binOf[row]]++;
      sure[binOf[row]] += confidence[row];
      hits[binOf[row]] += right[row] ? 1 : 0;
    }
    double error = 0;
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < BINS; bin++) {
      if (rows[bin] > 0) {
        error += Math.abs(hits[bin] - sure[bin]) / right.length;
        bins.add(new Bin(rows[bin], sure[bin] / rows[bin], (double) hits[bin] / rows[bin]));
      }
    }
    return new CalibrationError(error, bins);
  }

  /**
   * The same less what chance adds, which is right or wrong by as much in single runs but not in
   * their mean. With {@code d} the distance of a bin and {@code a} its accuracy:
   *
   * <pre>{@code
   * Σ over bins  rows / n · (2 |d| − E|N(d, σ²)|)      σ² = a (1 − a) / rows
   * E|N(d, σ²)| = σ √(2/π) exp(−d²/2σ²) + |d| erf(|d| / (σ √2))
   * }</pre>
   *
   * A normal distribution about what was found says by how much a distance found exceeds the true
   * one, as in the debiased estimate that Kumar, Liang and Ma (2019, arXiv 1909.10155) publish with
   * their paper; here in closed form. It takes off a part of the bias only: for perfect
   * probabilities the mean is still above 0.
   *
   * @return at most {@link #value}; may be below 0
   */
  public double lessChance() {
    double all = bins.stream().mapToInt(Bin::rows).sum();
    double sum = 0;
    for (Bin bin : bins) {
      double distance = Math.abs(bin.accuracy() - bin.confidence());
      double spread = Math.sqrt(bin.accuracy() * (1 - bin.accuracy()) / bin.rows());
      sum += bin.rows() / all * (2 * distance - meanOfAbsolute(distance, spread));
    }
    return sum;
  }

  /** {@code E|N(mean, spread²)|} of a mean not below 0. */
  private static double meanOfAbsolute(double mean, double spread) {
    if (spread == 0) {
      return mean;
    }
    double ratio = mean / spread;
    return spread * Math.sqrt(2 / Math.PI) * Math.exp(-ratio * ratio / 2)
        + mean * Erf.erf(ratio / Math.sqrt(2));
  }

  /**
   * The error by {@link #equalWidth} that perfect probabilities would show on average: answers are
   * right or wrong as their confidence says, drawn 200 times.
   *
   * @param confidence {@code [n]} probability of each answer
   * @param seed of the draws
   */
  public static double byChance(double[] confidence, long seed) {
    int draws = 200;
    SplittableRandom random = new SplittableRandom(seed);
    double sum = 0;
    boolean[] right = new boolean[confidence.length];
    for (int draw = 0; draw < draws; draw++) {
      for (int row = 0; row < right.length; row++) {
        right[row] = random.nextDouble() < confidence[row];
      }
      sum += equalWidth(confidence, right).value();
    }
    return sum / draws;
  }
}
