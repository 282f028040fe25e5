package io.haori.analysis.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorstRowsTest {
  @Test
  void wrongAnswersComeByConfidenceAndEqualsByRow() {
    double[] truth = {0, 1, 1, 0, -1, 0};
    double[] predicted = {0, 0, 0, 1, 1, 1};
    double[] probability = {0.99, 0.6, 0.9, 0.6, 0.95, 0.5};

    assertThat(WorstRows.mostConfident(truth, predicted, probability, 4))
        .containsExactly(4, 2, 1, 3);
    assertThat(WorstRows.mostConfident(truth, predicted, probability, 9)).hasSize(5);
    assertThat(WorstRows.mostConfident(truth, truth, probability, 4)).isEmpty();
  }

  @Test
  void numbersComeByTheirErrorInEitherDirection() {
    double[] truth = {10, 20, 30, 40};
    double[] predicted = {10, 25, 23, 40.5};

    assertThat(WorstRows.largestErrors(truth, predicted, 2)).containsExactly(2, 1);
    assertThat(WorstRows.largestErrors(truth, predicted, 9)).containsExactly(2, 1, 3);
  }
}
