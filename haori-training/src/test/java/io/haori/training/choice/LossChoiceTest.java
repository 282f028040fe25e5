package io.haori.training.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.training.choice.LossChoice.Way;
import io.haori.training.pretrain.AnswerLosses.RowLosses;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is taken of several ways whose losses of the same rows are known. */
final class LossChoiceTest {
  private static Way way(String name, double... sums) {
    double[] tokens = new double[sums.length];
    java.util.Arrays.fill(tokens, 2);
    return new Way(name, new RowLosses(sums, tokens));
  }

  @Test
  void aDearerWayMustBeBetterByMoreThanAStandardError() {
    Way cheap = way("cheap", 2, 2, 2, 2);
    Way luck = way("luck", 1.9, 2.3, 1.6, 2.1);
    assertThat(LossChoice.of(List.of(cheap, luck)).taken()).isZero();
    assertThat(LossChoice.of(List.of(cheap, luck)).reason())
        .isEqualTo(
            "cheap is taken: luck has the smallest loss on the held-out rows, but by no more than a"
                + " standard error.");
    Way better = way("better", 1, 1.2, 0.9, 1.1);
    LossChoice choice = LossChoice.of(List.of(cheap, luck, better));
    assertThat(choice.taken()).isEqualTo(2);
    assertThat(choice.reason())
        .isEqualTo("better is taken: its loss on the held-out rows is the smallest.");
  }

  @Test
  void equalsGoToTheFirst() {
    Way one = way("one", 1, 1);
    assertThat(LossChoice.of(List.of(one, way("two", 1, 1))).taken()).isZero();
    // All rows are better by the same: no chance in it.
    assertThat(LossChoice.of(List.of(one, way("two", 0.5, 0.5))).taken()).isEqualTo(1);
  }

  /** Differences 1, 0, 2 of rows of 2 tokens: mean 1/2 a token, error sqrt(3/2 · 2) / 6. */
  @Test
  void theErrorIsThatOfARatio() {
    assertThat(LossChoice.standardErrorsBehind(way("a", 3, 3, 3), way("b", 2, 3, 1)))
        .isCloseTo(0.5 / (Math.sqrt(3) / 6), within(1e-12));
  }
}
