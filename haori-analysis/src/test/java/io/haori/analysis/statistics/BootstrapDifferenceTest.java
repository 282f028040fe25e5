package io.haori.analysis.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.analysis.metrics.Correlation;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapDifferenceTest {
  private static final int ROWS = 200;

  private static double[] noisy(double[] truth, double noise, long seed) {
    Random random = new Random(seed);
    double[] predicted = new double[truth.length];
    for (int i = 0; i < truth.length; i++) {
      predicted[i] = truth[i] + noise * random.nextGaussian();
    }
    return predicted;
  }

  private static double[] truth() {
    return new Random(1).doubles(ROWS).toArray();
  }

  @Test
  void aCloserModelCorrelatesMoreBeyondChance() {
    double[] truth = truth();
    double[][] close = {noisy(truth, 0.1, 2), noisy(truth, 0.1, 3)};
    double[][] far = {noisy(truth, 0.6, 4), noisy(truth, 0.6, 5)};

    Difference difference = new PairedBootstrap(1_000, 7).correlation(truth, close, far);

    double expected =
        (Correlation.pearson(truth, close[0]) + Correlation.pearson(truth, close[1])) / 2
            - (Correlation.pearson(truth, far[0]) + Correlation.pearson(truth, far[1])) / 2;
    assertThat(difference.interval().estimate()).isCloseTo(expected, within(1e-12));
    assertThat(difference.interval().low()).isBetween(0.1, expected);
    assertThat(difference.interval().high()).isGreaterThan(expected);
    assertThat(difference.pValue()).isCloseTo(2.0 / 1_001, within(1e-12));
  }

  /** An accuracy is the share of right rows among all, so both must draw and count alike. */
  @Test
  void theSharesOfRightRowsAreAccuracies() {
    int[] truth = new int[60];
    int[][] first = new int[2][60];
    int[][] second = new int[1][60];
    for (int row = 0; row < 60; row++) {
      first[0][row] = row % 4 == 0 ? 1 : 0;
      first[1][row] = row % 5 == 0 ? 1 : 0;
      second[0][row] = row % 3 == 0 ? 1 : 0;
    }
    Difference accuracies = new PairedBootstrap(400, 7).accuracy(truth, first, second);

    Difference shares = new PairedBootstrap(400, 7).shares(sides(first), sides(second));

    assertThat(shares).isEqualTo(accuracies);
  }

  private static double[][][] sides(int[][] wrong) {
    double[][][] sides = new double[wrong.length][2][wrong[0].length];
    for (int run = 0; run < wrong.length; run++) {
      for (int row = 0; row < wrong[run].length; row++) {
        sides[run][0][row] = 1 - wrong[run][row];
        sides[run][1][row] = 1;
      }
    }
    return sides;
  }

  /** Two of three entities against none: 2 · 2 / (3 + 3) less nothing. */
  @Test
  void aShareIsOfSumsNotAMeanOverRows() {
    double[][][] some = {{{4, 0}, {4, 2}}};
    double[][][] none = {{{0, 0}, {0, 0}}};

    Difference difference = new PairedBootstrap(200, 7).shares(some, none);

    assertThat(difference.interval().estimate()).isCloseTo(4 / 6.0, within(1e-12));
    assertThat(difference.interval().low()).isZero();
    assertThat(difference.interval().high()).isEqualTo(1);
  }

  @Test
  void theSameModelTwiceIsNoDifference() {
    double[] truth = truth();
    double[][] one = {noisy(truth, 0.3, 2)};

    Difference difference = new PairedBootstrap(500, 7).correlation(truth, one, one);

    assertThat(difference.interval()).isEqualTo(new Interval(0, 0, 0));
    assertThat(difference.pValue()).isEqualTo(1);
  }

  @Test
  void aConstantPredictionKnowsNothingWhateverIsDrawn() {
    double[] constant = {0.1, 0.1, 0.1, 0.1};
    assertThat(DrawnCorrelation.of(new double[] {1, 2, 3, 4}, constant, new int[] {1, 3, 0, 2}))
        .isZero();
    assertThat(
            DrawnCorrelation.of(
                new double[] {1, 2, 3, 4}, new double[] {5, 6, 6, 6}, new int[] {0, 2, 1, 1}))
        .isZero();
  }

  @Test
  void rowsThatAreDrawnTwiceCountTwice() {
    double[] x = {1, 2, 4, 8};
    double[] y = {3, 1, 4, 1};
    assertThat(DrawnCorrelation.of(x, y, new int[] {2, 1, 0, 1}))
        .isCloseTo(
            Correlation.pearson(new double[] {1, 1, 2, 8}, new double[] {3, 3, 1, 1}),
            within(1e-12));
  }

  @Test
  void refusesNumbersOfOtherLength() {
    assertThatThrownBy(
            () ->
                new PairedBootstrap(10, 1)
                    .correlation(new double[3], new double[][] {{1, 2}}, new double[1][3]))
        .hasMessage("predictions must have 3 rows like the truth, got 2");
  }
}
