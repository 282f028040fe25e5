package io.haori.analysis.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.analysis.statistics.Interval;
import org.junit.jupiter.api.Test;

class AnswerDifferenceTest {
  private static final double[] TRUTH = {0, 1, 2, 0, 1, 2, 0, 1};
  private static final double[] SIX = {0, 1, 2, 0, 1, 2, 1, 0};
  private static final double[] FOUR = {0, 1, 2, 0, 0, 0, 1, 0};

  @Test
  void classesAreComparedByTheirAccuracies() {
    Interval gain = AnswerDifference.of(Answers.CLASSES, TRUTH, SIX, FOUR, 1);

    assertThat(gain.estimate()).isCloseTo(2.0 / 8, within(1e-12));
    assertThat(gain.low()).isBetween(0.0, 0.25);
    assertThat(gain.high()).isBetween(0.25, 1.0);
    assertThat(AnswerDifference.right(TRUTH, FOUR))
        .containsExactly(true, true, true, true, false, false, false, false);
    assertThat(
            AnswerDifference.ofAccuracies(
                AnswerDifference.right(TRUTH, SIX), AnswerDifference.right(TRUTH, FOUR), 1))
        .isEqualTo(gain);
  }

  @Test
  void theOtherWayRoundTheSignTurns() {
    Interval gain = AnswerDifference.of(Answers.CLASSES, TRUTH, SIX, FOUR, 1);
    Interval loss = AnswerDifference.of(Answers.CLASSES, TRUTH, FOUR, SIX, 1);

    assertThat(loss.estimate()).isEqualTo(-gain.estimate());
    assertThat(loss.low()).isCloseTo(-gain.high(), within(1e-12));
  }

  @Test
  void numbersAreComparedByTheirCorrelations() {
    double[] turned = {0, -1, 2, 0, -1, 2, 0, -1};

    Interval gain = AnswerDifference.of(Answers.NUMBERS, TRUTH, TRUTH, turned, 1);

    // Pearson of the truth with itself is 1, with the turned numbers 0.566529.
    assertThat(gain.estimate()).isCloseTo(0.433471, within(1e-6));
    assertThat(AnswerDifference.of(Answers.NUMBERS, TRUTH, TRUTH, TRUTH, 1).estimate()).isZero();
  }

  @Test
  void rowsOfDifferentTestsAreRefused() {
    assertThatThrownBy(() -> AnswerDifference.of(Answers.CLASSES, TRUTH, new double[3], SIX, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("both must have the same rows, at least one, got 8 and 3");
    assertThatThrownBy(() -> AnswerDifference.ofAccuracies(new boolean[0], new boolean[0], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("both must have the same rows, at least one, got 0 and 0");
  }
}
