package io.haori.analysis.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Counted by hand, as scikit-learn's {@code f1_score} does for indicator matrices. */
class MultiLabelScoresTest {
  private static boolean[] row(int... bits) {
    boolean[] row = new boolean[bits.length];
    for (int k = 0; k < bits.length; k++) {
      row[k] = bits[k] == 1;
    }
    return row;
  }

  @Test
  void microPoolsDecisionsAndMacroAveragesLabels() {
    boolean[][] truth = {row(1, 0, 1, 0), row(0, 0, 0, 0), row(1, 1, 0, 0)};
    boolean[][] answered = {row(1, 0, 0, 0), row(0, 0, 0, 0), row(1, 0, 1, 0)};

    MultiLabelScores scores = MultiLabelScores.of(List.of("a", "b", "c", "d"), truth, answered);

    // right 2, answered 3, occurring 4
    assertThat(scores.microF1()).isCloseTo(4 / 7.0, within(1e-12));
    assertThat(scores.precision()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(scores.recall()).isEqualTo(0.5);
    assertThat(scores.macroF1()).isEqualTo(0.25);
    assertThat(scores.exactMatch()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(scores.byClass().get(0)).isEqualTo(new ClassScore("a", 1, 1, 1, 2));
    assertThat(scores.byClass().get(3)).isEqualTo(new ClassScore("d", 0, 0, 0, 0));
    assertThat(scores.primary()).isEqualTo(scores.microF1());
    assertThat(scores.byName().keySet())
        .containsExactly("microF1", "macroF1", "precision", "recall", "exactMatch");
  }

  @Test
  void nothingToFindAndNothingFoundScoresZeroButMatches() {
    MultiLabelScores scores =
        MultiLabelScores.of(List.of("a"), new boolean[][] {row(0)}, new boolean[][] {row(0)});

    assertThat(scores.microF1()).isZero();
    assertThat(scores.exactMatch()).isEqualTo(1);
  }
}
