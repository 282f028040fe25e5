package io.haori.training.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PrivacyAccountantTest {
  /**
   * The divergence is also an integral over what a step may show, {@code ∫ N(x; 0, σ²) ((1 − q) + q
   * exp((2x − 1) / (2σ²)))^α dx}, summed up here by the trapezoid rule.
   */
  @ParameterizedTest
  @CsvSource({"2, 0.01, 1.1", "8, 0.1, 2", "32, 0.05, 4", "5, 0.5, 0.9", "3, 1, 2"})
  void theDivergenceIsTheIntegralThatDefinesIt(int order, double q, double sigma) {
    double variance = sigma * sigma;
    double step = sigma / 2_000;
    double sum = 0;
    for (double x = -12 * sigma; x < 12 * sigma + order; x += step) {
      double density = Math.exp(-x * x / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
      double ratio = (1 - q) + q * Math.exp((2 * x - 1) / (2 * variance));
      sum += step * density * Math.pow(ratio, order);
    }

    double found = PrivacyAccountant.divergence(order, q, sigma);

    assertThat(found).isCloseTo(Math.log(sum) / (order - 1), within(1e-6 * (1 + found)));
  }

  /** One Gaussian release, whose exact curve is known: Balle and Wang 2018, arXiv 1805.06530. */
  @Test
  void oneReleaseIsBoundedFromAboveAndNotByMuch() {
    double sigma = 2;
    double delta = 1e-5;

    double bound = PrivacyAccountant.epsilon(List.of(new NoisySteps(1, sigma, 1)), delta);

    double exact = exactEpsilon(sigma, delta);
    assertThat(bound).isGreaterThan(exact).isLessThan(exact * 1.1);
  }

  /** {@code δ(ε) = Φ(1/(2σ) − εσ) − e^ε Φ(−1/(2σ) − εσ)}, solved for ε. */
  private static double exactEpsilon(double sigma, double delta) {
    double low = 0;
    double high = 50;
    while (high - low > 1e-9) {
      double middle = (low + high) / 2;
      double found =
          normal(1 / (2 * sigma) - middle * sigma)
              - Math.exp(middle) * normal(-1 / (2 * sigma) - middle * sigma);
      if (found > delta) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** Φ by Simpson's rule. */
  private static double normal(double x) {
    int parts = 20_000;
    double from = -12;
    if (x <= from) {
      return 0;
    }
    double step = (x - from) / parts;
    double sum = 0;
    for (int i = 0; i <= parts; i++) {
      double at = from + i * step;
      double weight = i == 0 || i == parts ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.exp(-at * at / 2);
    }
    return sum * step / 3 / Math.sqrt(2 * Math.PI);
  }

  @Test
  void moreStepsAndMoreRowsInAStepCostMore() {
    double few = PrivacyAccountant.epsilon(List.of(new NoisySteps(0.1, 1.5, 100)), 1e-4);

    assertThat(PrivacyAccountant.epsilon(List.of(new NoisySteps(0.1, 1.5, 200)), 1e-4))
        .isGreaterThan(few);
    assertThat(PrivacyAccountant.epsilon(List.of(new NoisySteps(0.2, 1.5, 100)), 1e-4))
        .isGreaterThan(few);
    assertThat(
            PrivacyAccountant.epsilon(
                List.of(new NoisySteps(0.1, 1.5, 60), new NoisySteps(0.1, 1.5, 40)), 1e-4))
        .isCloseTo(few, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"8, 40, 32, 8", "2, 1000, 32, 8", "0.5, 100, 8, 3"})
  void theNoiseIsTheLeastThatKeepsTheBound(double epsilon, int rows, int batch, int epochs) {
    NoisySteps steps = new Privacy(epsilon, 1e-4, 1).steps(rows, batch, epochs);

    assertThat(PrivacyAccountant.epsilon(List.of(steps), 1e-4)).isBetween(0.98 * epsilon, epsilon);
  }

  @Test
  void whatNoNoiseReachesIsRefused() {
    assertThatThrownBy(() -> new Privacy(-1, 1e-4, 1))
        .hasMessage("epsilon must be finite and above 0, got -1.0");
    assertThatThrownBy(() -> new Privacy(1, 1e-300, 1).steps(10, 5, 1_000_000))
        .hasMessageStartingWith("epsilon must be one that noise can reach, got ");
  }
}
