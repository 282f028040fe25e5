package io.haori.analysis.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.analysis.calibration.ConformalSets.Kind;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConformalSetsTest {
  @Test
  void theSmallestSetsAreThoseOfNumpy() {
    ConformalSets sets = ConformalSets.of(Kind.LAC, Golden.probabilities(), Golden.CLASSES);
    double bound = sets.bound("coverage", 0.8);
    assertThat(bound).isCloseTo(0.809683, within(2e-6));
    assertThat(written(sets, bound))
        .isEqualTo(
            "[0, 1, 2, 3], [1, 0], [3, 2], [3, 1, 2], [2, 3], [3, 1], [3, 0], [0, 2, 3, 1], [2],"
                + " [3, 1], [0, 3], [3, 1], [0, 3], [0], [1, 0], [3, 0], [0], [1, 3], [0],"
                + " [2, 3, 1]");
  }

  @Test
  void theEvenSetsAreThoseOfNumpy() {
    ConformalSets sets = ConformalSets.of(Kind.APS, Golden.probabilities(), Golden.CLASSES);
    double bound = sets.bound("coverage", 0.8);
    assertThat(bound).isCloseTo(0.871885, within(2e-6));
    assertThat(written(sets, bound))
        .isEqualTo(
            "[0, 1, 2], [1, 0, 2], [3, 2], [3, 1], [2, 3], [3, 1], [3, 0], [0, 2, 3], [2, 1],"
                + " [3, 1], [0, 3, 2], [3, 1], [0, 3], [0, 3], [1], [3, 0], [0], [1, 3], [0, 1],"
                + " [2, 3, 1]");
  }

  private static String written(ConformalSets sets, double bound) {
    return Arrays.stream(Golden.probabilities())
        .map(row -> Arrays.toString(sets.set(row, bound)))
        .collect(Collectors.joining(", "));
  }

  /** Scores 0.1, 0.2, 0.4; the bound at 0.5 is the second: classes of probability 0.8 or more. */
  @Test
  void aRowThatNothingSuitsHasAnEmptySet() {
    ConformalSets sets =
        ConformalSets.of(
            Kind.LAC, new double[][] {{0.9, 0.1}, {0.2, 0.8}, {0.6, 0.4}}, new int[] {0, 1, 0});
    double bound = sets.bound("coverage", 0.5);
    assertThat(bound).isCloseTo(0.2, within(2e-6));
    assertThat(sets.set(new double[] {0.85, 0.15}, bound)).containsExactly(0);
    assertThat(sets.set(new double[] {0.5, 0.5}, bound)).isEmpty();
  }
}
