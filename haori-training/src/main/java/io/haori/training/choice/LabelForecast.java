package io.haori.training.choice;

import static io.haori.core.check.Check.require;

import io.haori.analysis.statistics.PowerLaw;
import io.haori.training.choice.HeldOutProbe.Share;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What more labels would give, with an interval: a {@link PowerLaw} through the errors of a probe
 * that learnt from growing shares of the rows, once for each of many draws of the rows (Bayesian
 * bootstrap, Rubin 1981) and of the repeats.
 */
public final class LabelForecast {
  private static final int DRAWS = 1_000;

  /** The floor's share of the least error is drawn from Beta(1, FLOOR): a fifth on average. */
  private static final double FLOOR = 4;

  /**
   * The draws hold 76 % of what is measured later (ForecastStudy of the benchmarks, fourteen sets):
   * rows in the same folds are less alike than old and new ones. This much wider they hold 80 %.
   */
  private static final double WIDER = 1.2;

  private static final double LOW = 0.1;
  private static final double MIDDLE = 0.5;
  private static final double HIGH = 0.9;

  /** An error is taken as at least this many rows of all that were held out. */
  private static final double LEAST_ERRORS = 0.5;

  private final List<Share> shares;
  private final int rows;
  private final long seed;

  /**
   * Of what was measured.
   *
   * @param probe with two shares at least
   * @param seed of the draws
   */
  public LabelForecast(HeldOutProbe probe, long seed) {
    require(probe.shares().size() >= 2, "shares", "at least 2", probe.shares().size());
    shares = probe.shares();
    rows = probe.rows();
    this.seed = seed;
  }

  /**
   * An expected accuracy.
   *
   * @param more labels than there are now
   * @param accuracy median of the draws, in [0, 1]
   * @param low measured accuracies are below one time in ten
   * @param high they are above one time in ten
   * @param gain median over what the same line says about all present rows
   * @param gainLow as low
   * @param gainHigh as high
   */
  public record Forecast(
      int more,
      double accuracy,
      double low,
      double high,
      double gain,
      double gainLow,
      double gainHigh) {}

  /**
   * Continues the line.
   *
   * @param more labels than there are now, at least 0
   */
  public Forecast with(int more) {
    require(more >= 0, "more", "at least 0", more);
    SplittableRandom random = new SplittableRandom(seed);
    double[] accuracies = new double[DRAWS];
    double[] gains = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      PowerLaw line = line(random);
      double now = 1 - Math.min(1, line.at(rows));
      double then = 1 - Math.min(1, line.at((double) rows + more));
      accuracies[draw] = then;
      gains[draw] = then - now;
    }
    Arrays.sort(accuracies);
    Arrays.sort(gains);
    return new Forecast(
        more,
        at(accuracies, MIDDLE),
        wider(accuracies, LOW),
        wider(accuracies, HIGH),
        at(gains, MIDDLE),
        wider(gains, LOW),
        wider(gains, HIGH));
  }

  private PowerLaw line(SplittableRandom random) {
    int heldOut = shares.get(0).right()[0].length;
    double[] weights = new double[heldOut];
    for (int row = 0; row < heldOut; row++) {
      weights[row] = -Math.log(1 - random.nextDouble());
    }
    double all = Arrays.stream(weights).sum();
    double[] errors = new double[shares.size()];
    for (int i = 0; i < errors.length; i++) {
      boolean[][] repeats = shares.get(i).right();
      boolean[] right = repeats[random.nextInt(repeats.length)];
      double wrong = 0;
      for (int row = 0; row < heldOut; row++) {
        wrong += right[row] ? 0 : weights[row];
      }
      errors[i] = Math.max(LEAST_ERRORS / heldOut, wrong / all);
    }
    // Of the floor it is known that it is below what was seen.
    double share = 1 - Math.pow(random.nextDouble(), 1 / FLOOR);
    double floor = share * Arrays.stream(errors).min().orElse(0);
    return PowerLaw.fit(shares.stream().mapToDouble(Share::learnt).toArray(), errors, floor);
  }

  private static double wider(double[] sorted, double share) {
    double middle = at(sorted, MIDDLE);
    return Math.min(1, Math.max(0, middle + WIDER * (at(sorted, share) - middle)));
  }

  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }
}
