package io.haori.analysis.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationErrorTest {
  @Test
  void isWhatNumpyComputes() {
    double[][] p = Golden.probabilities();
    double[] confidence = Arrays.stream(p).mapToDouble(row -> max(row)).toArray();
    boolean[] right = new boolean[p.length];
    for (int row = 0; row < right.length; row++) {
      right[row] = p[row][Golden.CLASSES[row]] == confidence[row];
    }
    assertThat(CalibrationError.equalWidth(confidence, right).value())
        .isCloseTo(0.147955, within(1e-6));
    assertThat(CalibrationError.equalMass(confidence, right).value())
        .isCloseTo(0.355959, within(1e-6));
  }

  private static double max(double[] row) {
    return Arrays.stream(row).max().orElseThrow();
  }

  /** Two rows at 0.8, one of them right, and two at 1, both right: ½ · |0.5 − 0.8| + ½ · 0. */
  @Test
  void byHand() {
    CalibrationError error =
        CalibrationError.equalWidth(
            new double[] {0.8, 1, 0.8, 1}, new boolean[] {true, true, false, true});
    assertThat(error.value()).isCloseTo(0.15, within(1e-12));
    assertThat(error.bins())
        .containsExactly(new CalibrationError.Bin(2, 0.8, 0.5), new CalibrationError.Bin(2, 1, 1));
    // σ² = ¼ / 2, and ½ · (0.6 − 0.377968) by scipy.stats.foldnorm.
    assertThat(error.lessChance()).isCloseTo(0.111016, within(1e-6));
  }

  /** The bound 1/15 belongs to the first bin, what is just above it to the second. */
  @Test
  void binsAreClosedAbove() {
    double edge = 1.0 / 15;
    assertThat(
            CalibrationError.equalWidth(
                    new double[] {0, edge, Math.nextUp(edge)}, new boolean[] {true, true, true})
                .bins())
        .extracting(CalibrationError.Bin::rows)
        .containsExactly(2, 1);
  }

  @Test
  void whatChanceAddsIsTakenOffInTheMeanOfManyRuns() {
    SplittableRandom random = new SplittableRandom(7);
    double[] confidence = IntStream.range(0, 60).mapToDouble(row -> 0.4 + row / 120.0).toArray();
    double perfect = 0;
    double perfectLess = 0;
    double boastfulLess = 0;
    boolean[] right = new boolean[60];
    for (int run = 0; run < 300; run++) {
      for (int row = 0; row < 60; row++) {
        right[row] = random.nextDouble() < confidence[row];
      }
      CalibrationError error = CalibrationError.equalWidth(confidence, right);
      perfect += error.value() / 300;
      perfectLess += error.lessChance() / 300;
      for (int row = 0; row < 60; row++) {
        right[row] = random.nextDouble() < confidence[row] - 0.3;
      }
      boastfulLess += CalibrationError.equalWidth(confidence, right).lessChance() / 300;
    }
    assertThat(perfectLess).isBetween(0.0, 0.7 * perfect);
    assertThat(boastfulLess).isCloseTo(0.3, within(0.02));
  }

  @Test
  void fewRowsAreOffByChanceAndManyAreNot() {
    double[] few = IntStream.range(0, 30).mapToDouble(row -> 0.5 + row / 60.0).toArray();
    double[] many = IntStream.range(0, 3_000).mapToDouble(row -> 0.5 + row / 6_000.0).toArray();
    assertThat(CalibrationError.byChance(few, 1)).isBetween(0.1, 0.25);
    assertThat(CalibrationError.byChance(many, 1)).isBetween(0.01, 0.03);
  }
}
