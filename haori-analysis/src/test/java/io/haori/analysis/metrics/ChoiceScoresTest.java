package io.haori.analysis.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.analysis.metrics.ChoiceScores.Question;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceScoresTest {
  private static Question question(int right) {
    // The second is the more likely one as a whole, the first the more likely one a character.
    return new Question(new double[] {-10, -8, -30}, new int[] {10, 4, 5}, right);
  }

  @Test
  void aLongTextMayBeTheMoreLikelyOneACharacter() {
    ChoiceScores scores =
        ChoiceScores.of(List.of(question(1), question(1), question(0), question(2)));
    assertThat(scores.rows()).isEqualTo(4);
    assertThat(scores.accuracy()).isEqualTo(0.5);
    assertThat(scores.perCharacter()).isEqualTo(0.25);
    // The sample deviation of 1, 1, 0, 0 is 0.57735, divided by 2.
    assertThat(scores.error()).isCloseTo(0.288675, within(1e-6));
    assertThat(scores.perCharacterError()).isCloseTo(0.25, within(1e-6));
  }

  @Test
  void resultsHaveTheNamesOfTheHarness() {
    assertThat(ChoiceScores.of(List.of(question(1))).harness("animals"))
        .containsEntry("alias", "animals")
        .containsEntry("acc,none", 1.0)
        .containsEntry("acc_norm,none", 0.0)
        .containsEntry("acc_stderr,none", 0.0)
        .containsKey("acc_norm_stderr,none");
  }

  @Test
  void theFirstOfThoseThatAreAlikeIsTaken() {
    assertThat(new Question(new double[] {-1, -1}, new int[] {1, 1}, 0).taken(false)).isZero();
  }
}
