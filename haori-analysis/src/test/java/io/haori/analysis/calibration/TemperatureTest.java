package io.haori.analysis.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TemperatureTest {
  @Test
  void isTheMinimumThatScipyFinds() {
    Temperature found = Temperature.fit(Golden.LOGITS, Golden.CLASSES);
    assertThat(found.value()).isCloseTo(2.992695, within(1e-5));
    assertThat(found.probabilities(Golden.LOGITS[0]))
        .containsExactly(new double[] {0.316798, 0.277163, 0.215723, 0.190317}, within(1e-6));
  }

  @Test
  void scoresThatAreTwiceAsLargeGetTwiceTheTemperature() {
    double[][] twice =
        Arrays.stream(Golden.LOGITS)
            .map(row -> Arrays.stream(row).map(z -> 2 * z).toArray())
            .toArray(double[][]::new);
    assertThat(Temperature.fit(twice, Golden.CLASSES).value())
        .isCloseTo(2 * Temperature.fit(Golden.LOGITS, Golden.CLASSES).value(), within(1e-9));
  }

  /** f'(β) = 0 for n rows with the scores (a, 0), all right, at p = (n + ½)/(n + 1). */
  @Test
  void rowsThatAreAllRightPromiseNoMoreThanTheirNumber() {
    for (int n : new int[] {1, 7, 46, 300}) {
      double[][] logits = new double[n][];
      Arrays.fill(logits, new double[] {3, 0});
      Temperature found = Temperature.fit(logits, new int[n]);
      assertThat(found.probabilities(logits[0])[0])
          .as("%d rows", n)
          .isCloseTo((n + 0.5) / (n + 1), within(1e-9));
    }
  }

  @Test
  void scoresThatSayNothingStayInTheBounds() {
    double[][] wrong = {{5, 0}, {4, 0}, {0, 6}};
    assertThat(Temperature.fit(wrong, new int[] {1, 1, 0}).value())
        .isCloseTo(Temperature.HIGHEST, within(1e-9));
    double[][] faint = {{1e-9, 0}, {1e-9, 0}, {0, 1e-9}};
    assertThat(Temperature.fit(faint, new int[] {0, 0, 1}).value())
        .isCloseTo(Temperature.LOWEST, within(1e-9));
    assertThat(Temperature.fit(new double[][] {{0, 0}}, new int[] {0}).value())
        .isBetween(Temperature.LOWEST, Temperature.HIGHEST);
    assertThat(Temperature.fit(new double[0][], new int[0])).isEqualTo(Temperature.NONE);
  }

  @Test
  void ofCrossValidationIsTheMinimumThatScipyFinds() {
    int n = Golden.CLASSES.length;
    assertThat(Temperature.fitCrossValidated(Golden.LOGITS, Golden.CLASSES, n).value())
        .isCloseTo(2.600335, within(1e-5));
    // The same answers as two to each of half as many rows count half.
    assertThat(Temperature.fitCrossValidated(Golden.LOGITS, Golden.CLASSES, n / 2).value())
        .isCloseTo(2.474905, within(1e-5));
    assertThat(Temperature.fitCrossValidated(new double[0][], new int[0], 0))
        .isEqualTo(Temperature.NONE);
  }

  /** f'(β) = n a (p − 1) + 2 (1.75 − 1/β) = 0 for n rows with the scores (a, 0), all right. */
  @Test
  void fewRowsOfCrossValidationPromiseNeitherCertaintyNorNothing() {
    for (int n : new int[] {1, 8, 40}) {
      double[][] logits = new double[n][];
      Arrays.fill(logits, new double[] {3, 0});
      Temperature right = Temperature.fitCrossValidated(logits, new int[n], n);
      double p = right.probabilities(logits[0])[0];
      assertThat(n * 3 * (p - 1) + 2 * (1.75 - right.value())).isCloseTo(0, within(1e-9));
      assertThat(right.value()).isBetween(0.5, 1.75);
    }
    double[][] wrong = {{5, 0}, {4, 0}, {0, 6}};
    assertThat(Temperature.fitCrossValidated(wrong, new int[] {1, 1, 0}, 3).value())
        .isBetween(5.0, 20.0);
  }

  @Test
  void hugeScoresGiveNoNan() {
    double[] p = new Temperature(0.5).probabilities(new double[] {1e300, 0, -1e300});
    assertThat(p).containsExactly(1, 0, 0);
  }

  @Test
  void rejectsABadValueByName() {
    assertThatThrownBy(() -> new Temperature(0))
        .isInstanceOf(UserError.class)
        .hasMessage("temperature must be finite and above 0, got 0.0");
    assertThatThrownBy(() -> new Temperature(Double.NaN))
        .hasMessage("temperature must be finite and above 0, got NaN");
  }
}
