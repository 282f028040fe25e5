package io.haori.analysis.calibration;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Sets of classes that hold the right one with a promised probability, by split conformal
 * prediction (Angelopoulos, Bates 2021, arXiv 2107.07511).
 *
 * <p>A row's score says how badly a class suits it; the set has all classes whose score is at most
 * the quantile of the right classes' scores on held-out rows. A set is empty where no class suits
 * as well as is usual: a row that nothing known is like, or a coverage below the accuracy.
 *
 * @param kind what the score is
 * @param scores of the right classes of held-out rows
 */
public record ConformalSets(Kind kind, HeldOutScores scores) {
  /** What a class's score is. */
  public enum Kind {
    /** One minus the class's probability: the smallest sets on average (Sadinle et al. 2019). */
    LAC {
      @Override
      double score(double[] probabilities, int k) {
        return 1 - probabilities[k];
      }
    },

    /**
     * The probability of all classes that are at least as probable, itself included (Romano et al.
     * 2020, without its random part): larger sets, more even between easy and hard rows.
     */
    APS {
      @Override
      double score(double[] probabilities, int k) {
        return Math.min(1, Arrays.stream(probabilities).filter(p -> p >= probabilities[k]).sum());
      }
    };

    /** The score of a class; lower is better, in [0, 1]. */
    abstract double score(double[] probabilities, int k);
  }

  /**
   * Learns from held-out rows.
   *
   * @param kind what the score is
   * @param probabilities {@code [n][classes]} at least one row
   * @param classes {@code [n]} the right class of each
   */
  public static ConformalSets of(Kind kind, double[][] probabilities, int[] classes) {
    return new ConformalSets(
        kind,
        HeldOutScores.of(
            IntStream.range(0, classes.length)
                .mapToDouble(row -> kind.score(probabilities[row], classes[row]))
                .toArray()));
  }

  /**
   * The bound on scores, for {@link #set(double[], double)}.
   *
   * @param setting how the coverage is called in the sentence of an error
   * @param coverage probability that a set holds the right class, in [0, 1)
   * @throws io.haori.core.check.UserError as {@link HeldOutScores#quantile} says
   */
  public double bound(String setting, double coverage) {
    return scores.quantile(setting, coverage);
  }

  /**
   * The set of a row.
   *
   * @param probabilities {@code [classes]}
   * @param bound as {@link #bound} gives it
   * @return indices of classes, the most probable first; perhaps none
   */
  public int[] set(double[] probabilities, double bound) {
    return IntStream.range(0, probabilities.length)
        .filter(k -> kind.score(probabilities, k) <= bound)
        .boxed()
        .sorted((a, b) -> Double.compare(probabilities[b], probabilities[a]))
        .mapToInt(k -> k)
        .toArray();
  }
}
