package io.haori.analysis.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.analysis.sequential.GainTest.Outcome;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class GainTestTest {
  private static final double ALPHA = 0.1;
  private static final int RUNS = 2_000;
  private static final int LOOKS = 10;
  private static final int ROWS = 30;

  @Test
  void nothingIsKnownBeforeTheFirstRow() {
    GainTest test = new GainTest(0.01, ALPHA);
    assertThat(test.outcome()).isEqualTo(Outcome.OPEN);
    assertThat(test.evidenceFor()).isCloseTo(1, within(1e-12));
    assertThat(test.low()).isLessThan(-0.99);
    assertThat(test.high()).isGreaterThan(0.99);
  }

  @Test
  void oneRowMultipliesTheStakesByTheirBets() {
    GainTest test = new GainTest(0, ALPHA);
    test.add(new boolean[] {false}, new boolean[] {true});
    // The mean of 1 + λ over λ in (0, 1) is 1.5, and of 1 − λ one half.
    assertThat(test.evidenceFor()).isCloseTo(1.5, within(1e-9));
    assertThat(test.evidenceAgainst()).isCloseTo(0.5, within(1e-9));
    // Of λ² over (0, 1), by the midpoints of forty parts, 1/3 − 1/(12 · 40²).
    test.add(new boolean[] {false}, new boolean[] {true});
    assertThat(test.evidenceFor()).isCloseTo(1 + 1 + 1 / 3.0 - 1 / 19_200.0, within(1e-9));
  }

  @Test
  void aGainIsShownAndSoIsALoss() {
    GainTest more = run(0.05, 0.25, 0.05, 400, 1);
    assertThat(more.outcome()).isEqualTo(Outcome.MORE);
    assertThat(more.low()).isBetween(0.05, more.gain());
    assertThat(more.high()).isBetween(more.gain(), 0.4);
    assertThat(run(0, 0.05, 0.25, 400, 1).outcome()).isEqualTo(Outcome.LESS);
    assertThat(run(0.01, 0.1, 0.1, 20, 1).outcome()).isEqualTo(Outcome.OPEN);
  }

  @Test
  void howeverOftenOneLooksAGainOfJustTheBoundIsRarelyTakenForMoreOrLess() {
    int more = 0;
    int less = 0;
    for (int run = 0; run < RUNS; run++) {
      Outcome outcome = run(0.05, 0.15, 0.1, LOOKS * ROWS, run).outcome();
      more += outcome == Outcome.MORE ? 1 : 0;
      less += outcome == Outcome.LESS ? 1 : 0;
    }
    // Three standard errors above the promise.
    int most = (int) (RUNS * ALPHA + 3 * Math.sqrt(RUNS * ALPHA * (1 - ALPHA)));
    assertThat(more).isLessThan(most).isPositive();
    assertThat(less).isLessThan(most).isPositive();
  }

  @Test
  void theIntervalHoldsTheGainAsOftenAsIsPromised() {
    int inside = 0;
    for (int run = 0; run < 300; run++) {
      GainTest test = run(0, 0.2, 0.1, 200, run);
      inside += test.low() <= 0.1 && test.high() >= 0.1 ? 1 : 0;
    }
    assertThat(inside).isGreaterThan(300 * 8 / 10);
  }

  @Test
  void boundsAreChecked() {
    assertThatThrownBy(() -> new GainTest(1, ALPHA)).hasMessageContaining("bound must be in");
    assertThatThrownBy(() -> new GainTest(0, 0)).hasMessageContaining("alpha must be in");
    assertThatThrownBy(() -> new GainTest(0, ALPHA).add(new boolean[1], new boolean[2]))
        .hasMessageContaining("the same rows");
  }

  /** Rows that are gained and lost by chance, looked at in parts. */
  private static GainTest run(double bound, double gained, double lost, int rows, long seed) {
    GainTest test = new GainTest(bound, ALPHA);
    SplittableRandom random = new SplittableRandom(seed);
    for (int from = 0; from < rows; from += ROWS) {
      int count = Math.min(ROWS, rows - from);
      boolean[] before = new boolean[count];
      boolean[] candidate = new boolean[count];
      for (int row = 0; row < count; row++) {
        double u = random.nextDouble();
        candidate[row] = u < gained;
        before[row] = u >= gained && u < gained + lost;
      }
      test.add(before, candidate);
    }
    return test;
  }
}
