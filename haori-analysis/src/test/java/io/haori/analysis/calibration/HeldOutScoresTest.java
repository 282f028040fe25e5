package io.haori.analysis.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldOutScoresTest {
  /** ⌈(n + 1) C⌉-th of 1, 2, …, n. */
  @ParameterizedTest
  @CsvSource({
    "9, 0.9, 9",
    "19, 0.9, 18",
    "20, 0.9, 19",
    "99, 0.95, 95",
    "1, 0.5, 1",
    "4, 0, 1",
    "4, 0.2, 1",
    "4, 0.21, 2",
    "1000, 0.9, 901"
  })
  void theBoundIsTheCorrectedQuantile(int rows, double coverage, double bound) {
    HeldOutScores scores = HeldOutScores.of(upTo(rows));
    assertThat(scores.quantile("coverage", coverage)).isEqualTo(bound);
  }

  private static double[] upTo(int rows) {
    return IntStream.range(0, rows).mapToDouble(i -> rows - i).toArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7 | 0.9  | unknown must be at most 0.875 with 7 held-out rows (0.9 takes 9), got 0.9
          1 | 0.75 | unknown must be at most 0.5 with 1 held-out row (0.75 takes 3), got 0.75
          98 | 0.99 | unknown must be at most 0.989 with 98 held-out rows (0.99 takes 99), got 0.99
          9 | 1.0   | unknown must be in [0, 1), got 1.0
          9 | -0.1  | unknown must be in [0, 1), got -0.1
          9 | NaN   | unknown must be in [0, 1), got NaN
          """)
  void whatTheseRowsCannotPromiseIsRefused(int rows, double coverage, String sentence) {
    HeldOutScores scores = HeldOutScores.of(upTo(rows));
    assertThatThrownBy(() -> scores.quantile("unknown", coverage))
        .isInstanceOf(UserError.class)
        .hasMessage(sentence);
  }

  @Test
  void asManyRowsAsNeededAreEnough() {
    for (double coverage : new double[] {0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999}) {
      int needed = (int) HeldOutScores.needed(coverage);
      assertThat(HeldOutScores.of(upTo(needed)).quantile("c", coverage)).isEqualTo(needed);
      if (needed > 1) {
        HeldOutScores fewer = HeldOutScores.of(upTo(needed - 1));
        assertThatThrownBy(() -> fewer.quantile("c", coverage)).isInstanceOf(UserError.class);
      }
    }
  }

  @Test
  void aThousandScoresOfManyGiveABoundThatIsNeverTooNarrow() {
    for (int rows : new int[] {1_001, 1_999, 2_410, 12_345}) {
      HeldOutScores kept = HeldOutScores.of(upTo(rows));
      assertThat(kept.sorted()).hasSize(1_000);
      for (double coverage = 0; coverage < 0.9995; coverage += 0.00731) {
        double exact = Math.max(1, Math.ceil((rows + 1) * coverage - 1e-9));
        assertThat(kept.quantile("coverage", coverage))
            .as("%d rows, %s", rows, coverage)
            .isBetween(exact, exact + Math.ceil(rows / 1_000.0));
      }
    }
  }

  /** Over many draws the share that is kept is what was promised, to a fraction of a point. */
  @Test
  void thePromiseHoldsOnAverage() {
    SplittableRandom random = new SplittableRandom(11);
    for (int rows : new int[] {9, 46, 300}) {
      double kept = 0;
      int draws = 20_000;
      for (int draw = 0; draw < draws; draw++) {
        double bound = HeldOutScores.of(random.doubles(rows).toArray()).quantile("coverage", 0.9);
        kept += random.nextDouble() <= bound ? 1.0 / draws : 0;
      }
      double promised = Math.ceil((rows + 1) * 0.9 - 1e-9) / (rows + 1);
      assertThat(kept).as("%d rows", rows).isBetween(promised - 0.01, promised + 0.01);
    }
  }

  @Test
  void whatIsNotInOrderOrNotFiniteIsRefused() {
    assertThatThrownBy(() -> new HeldOutScores(new double[] {2, 1}, 2))
        .hasMessage("scores[1] must be in order, got 1.0");
    assertThatThrownBy(() -> new HeldOutScores(new double[] {1, Double.NaN}, 2))
        .hasMessage("scores[1] must be finite, got NaN");
    assertThatThrownBy(() -> new HeldOutScores(new double[] {1}, 2))
        .hasMessage("scores must be 2 for 2 rows, got 1");
    assertThatThrownBy(() -> new HeldOutScores(new double[0], 0))
        .hasMessage("rows must be at least 1, got 0");
  }
}
