package io.haori.analysis.statistics;

import org.hipparchus.stat.inference.AlternativeHypothesis;
import org.hipparchus.stat.inference.BinomialTest;

/**
 * McNemar's exact test of two models on the same rows (McNemar 1947; exact form by the sign test).
 * Only the rows on which exactly one model is right say anything: if both are equally good, each is
 * right on such a row with probability one half.
 *
 * @param onlyFirst rows that only the first model gets right
 * @param onlySecond rows that only the second model gets right
 * @param pValue two-sided: how likely counts at least this uneven are when both are equally good; 1
 *     when the models never differ
 */
public record McNemar(int onlyFirst, int onlySecond, double pValue) {
  /**
   * Tests two models.
   *
   * @param truth {@code [n]} class of each row
   * @param first {@code [n]} predictions of the first model
   * @param second {@code [n]} predictions of the second model
   * @return the counts and the p-value
   */
  public static McNemar of(int[] truth, int[] first, int[] second) {
    if (first.length != truth.length || second.length != truth.length) {
      throw new IllegalArgumentException(
          "predictions must have "
              + truth.length
              + " rows like the truth, got "
              + first.length
              + " and "
              + second.length);
    }
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < truth.length; i++) {
      boolean firstRight = first[i] == truth[i];
      boolean secondRight = second[i] == truth[i];
      if (firstRight && !secondRight) {
        onlyFirst++;
      } else if (secondRight && !firstRight) {
        onlySecond++;
      }
    }
    return ofCounts(onlyFirst, onlySecond);
  }

  /**
   * Tests counted differences.
   *
   * @param onlyFirst rows that only the first model gets right
   * @param onlySecond rows that only the second model gets right
   * @return the counts and the p-value
   */
  public static McNemar ofCounts(int onlyFirst, int onlySecond) {
    int differing = onlyFirst + onlySecond;
    double p =
        differing == 0
            ? 1
            : new BinomialTest()
                .binomialTest(differing, onlyFirst, 0.5, AlternativeHypothesis.TWO_SIDED);
    return new McNemar(onlyFirst, onlySecond, Math.min(1, p));
  }

  /** The same test with the two models exchanged. */
  public McNemar reversed() {
    return new McNemar(onlySecond, onlyFirst, pValue);
  }
}
