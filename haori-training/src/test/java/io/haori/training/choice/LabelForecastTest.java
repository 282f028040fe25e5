package io.haori.training.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.analysis.payback.HeldOutAnswers;
import io.haori.training.choice.HeldOutProbe.Share;
import io.haori.training.choice.LabelForecast.Forecast;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelForecastTest {
  /** Of {@code heldOut} rows the first {@code wrong[i]} are answered wrong. */
  private static HeldOutProbe probe(int rows, int heldOut, int[] learnt, int... wrong) {
    List<Share> shares = new ArrayList<>();
    for (int i = 0; i < learnt.length; i++) {
      boolean[] right = new boolean[heldOut];
      for (int row = wrong[i]; row < heldOut; row++) {
        right[row] = true;
      }
      shares.add(new Share(learnt[i], new boolean[][] {right}));
    }
    HeldOutAnswers answers =
        new HeldOutAnswers(List.of("a"), new int[heldOut], new int[heldOut], new double[heldOut]);
    return new HeldOutProbe(rows, new int[heldOut], shares, answers);
  }

  @Test
  void aPowerLawIsContinuedWithAnInterval() {
    // Errors of 0.4, 0.2 and 0.1: half at twice as many rows if they have no floor, and as they are
    // now if the floor is just below them. Neither is known.
    HeldOutProbe probe = probe(40, 1_000, new int[] {10, 20, 40}, 400, 200, 100);
    Forecast twice = new LabelForecast(probe, 1).with(40);
    assertThat(twice.accuracy()).isBetween(0.935, 0.95);
    assertThat(twice.gain()).isBetween(0.035, 0.05);
    assertThat(twice.low()).isBetween(0.9, 0.935);
    assertThat(twice.high()).isBetween(0.945, 0.97);
    assertThat(new LabelForecast(probe, 1).with(0).gain()).isZero();
  }

  @Test
  void fewerRowsGiveAWiderIntervalAndNoLabelsHarm() {
    Forecast many =
        new LabelForecast(probe(40, 1_000, new int[] {10, 20, 40}, 400, 300, 200), 1).with(40);
    Forecast few = new LabelForecast(probe(40, 40, new int[] {10, 20, 40}, 16, 12, 8), 1).with(40);
    assertThat(few.high() - few.low()).isGreaterThan(3 * (many.high() - many.low()));
    Forecast worse =
        new LabelForecast(probe(40, 100, new int[] {10, 20, 40}, 10, 20, 30), 1).with(100);
    assertThat(worse.gain()).isZero();
    assertThat(worse.gainHigh()).isZero();
  }
}
