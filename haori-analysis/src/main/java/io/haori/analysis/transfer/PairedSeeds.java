package io.haori.analysis.transfer;

import io.haori.analysis.statistics.Interval;
import java.util.Arrays;
import java.util.Random;
import org.hipparchus.stat.descriptive.rank.Percentile;
import org.hipparchus.stat.descriptive.rank.Percentile.EstimationType;

/**
 * Percentile bootstrap over samples and seeds (Efron and Tibshirani 1993, chapter 13): test samples
 * are drawn with replacement, and so are seeds, each of which brings its whole pair of runs. The
 * same seed of the draws gives the same intervals.
 *
 * @param draws how often the data are drawn again; at least 1
 * @param seed of the draws
 */
public record PairedSeeds(int draws, long seed) {
  /** Enough for ends of a 95 % interval that move by a few hundredths of its width. */
  public static final int DEFAULT_DRAWS = 2_000;

  /** Checks the bound. */
  public PairedSeeds {
    if (draws < 1) {
      throw new IllegalArgumentException("draws must be at least 1, got " + draws);
    }
  }

  /**
   * The three means of a domain with their intervals.
   *
   * @param gain transfer less interference
   * @param transfer what samples win: the share wrong alone and right together
   * @param interference what samples lose: the share right alone and wrong together
   */
  public record Shares(Interval gain, Interval transfer, Interval interference) {}

  /**
   * The 95 % intervals of a domain's shares.
   *
   * @param answers the pairs of runs
   */
  public Shares of(DomainAnswers answers) {
    Drawn drawn = draw(answers, new Random(seed));
    TransferShares shares = answers.shares();
    return new Shares(
        interval(gain(answers), drawn.gain()),
        interval(shares.transfer(), drawn.transfer()),
        interval(shares.interference(), drawn.interference()));
  }

  /**
   * The 95 % interval of the mean gain over domains. Seeds are drawn for each domain apart: a
   * domain's spread over seeds is its own.
   *
   * @param domains at least one
   */
  public Interval meanGain(Iterable<DomainAnswers> domains) {
    Random random = new Random(seed);
    double[] sums = new double[draws];
    double estimate = 0;
    int count = 0;
    for (DomainAnswers domain : domains) {
      double[] gain = draw(domain, random).gain();
      for (int i = 0; i < draws; i++) {
        sums[i] += gain[i];
      }
      estimate += gain(domain);
      count++;
    }
    for (int i = 0; i < draws; i++) {
      sums[i] /= count;
    }
    return interval(estimate / count, sums);
  }

  /** Of right and wrong answers a share of whole numbers. */
  private static double gain(DomainAnswers answers) {
    return answers.measure() == Measure.ACCURACY
        ? answers.counts().gain()
        : answers.shares().gain();
  }

  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  private record Drawn(double[] gain, double[] transfer, double[] interference) {}

  private Drawn draw(DomainAnswers answers, Random random) {
    int rows = answers.rows();
    int seeds = answers.seeds();
    double[] gain = new double[draws];
    double[] transfer = new double[draws];
    double[] interference = new double[draws];
    int[] drawnRows = new int[rows];
    for (int draw = 0; draw < draws; draw++) {
      Arrays.fill(drawnRows, 0);
      for (int i = 0; i < rows; i++) {
        drawnRows[random.nextInt(rows)]++;
      }
      double transferred = 0;
      double interfered = 0;
      for (int i = 0; i < seeds; i++) {
        int pair = seeds == 1 ? 0 : random.nextInt(seeds);
        double[] alone = answers.independent()[pair];
        double[] together = answers.joint()[pair];
        for (int row = 0; row < rows; row++) {
          double change = drawnRows[row] * (together[row] - alone[row]);
          transferred += Math.max(0, change);
          interfered += Math.max(0, -change);
        }
      }
      double samples = (double) rows * seeds;
      transfer[draw] = transferred / samples;
      interference[draw] = interfered / samples;
      gain[draw] = (transferred - interfered) / samples;
    }
    return new Drawn(gain, transfer, interference);
  }

  private static Interval interval(double estimate, double[] drawn) {
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(drawn);
    return new Interval(estimate, percentile.evaluate(2.5), percentile.evaluate(97.5));
  }
}
