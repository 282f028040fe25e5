package io.haori.analysis.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfidenceSequenceTest {
  private static final int RUNS = 200;
  private static final int LENGTH = 1_000;

  /** A fixed-sample interval that is looked at this often would be wrong in more than a third. */
  @ParameterizedTest
  @CsvSource({"0.5", "0.9", "0.99"})
  void theMeanIsLeftOutAtAnyMomentInAtMostFivePercentOfRuns(double mean) {
    int wrong = 0;
    Random random = new Random(11);
    for (int run = 0; run < RUNS; run++) {
      ConfidenceSequence sequence = new ConfidenceSequence(0.05);
      boolean left = false;
      for (int i = 0; i < LENGTH; i++) {
        sequence.add(random.nextDouble() < mean ? 1 : 0);
        left |= sequence.low() > mean || sequence.high() < mean;
      }
      wrong += left ? 1 : 0;
    }
    assertThat(wrong).isLessThanOrEqualTo(RUNS / 20);
  }

  /** Equal models: a verdict would be wrong, whenever it comes. */
  @Test
  void equalModelsHaveNoVerdictInNinetyFivePercentOfTrials() {
    Random random = new Random(12);
    int pairs = 0;
    int arms = 0;
    for (int run = 0; run < RUNS; run++) {
      AccuracyTrial shadow = new AccuracyTrial();
      AccuracyTrial shared = new AccuracyTrial();
      boolean pairsSaid = false;
      boolean armsSaid = false;
      for (int i = 0; i < LENGTH; i++) {
        shadow.addPair(random.nextDouble() < 0.8, random.nextDouble() < 0.8);
        if (random.nextDouble() < 0.3) {
          shared.addCandidate(random.nextDouble() < 0.8);
        } else {
          shared.addLive(random.nextDouble() < 0.8);
        }
        pairsSaid |= shadow.verdict() != Verdict.GO_ON;
        armsSaid |= shared.verdict() != Verdict.GO_ON;
      }
      pairs += pairsSaid ? 1 : 0;
      arms += armsSaid ? 1 : 0;
    }
    assertThat(pairs).isLessThanOrEqualTo(RUNS / 20);
    assertThat(arms).isLessThanOrEqualTo(RUNS / 20);
  }

  @ParameterizedTest
  @CsvSource({"0.9, 0.7, STOP", "0.7, 0.9, SWITCH"})
  void aDifferenceOfTwentyPointsIsFound(double live, double candidate, Verdict verdict) {
    Random random = new Random(13);
    AccuracyTrial trial = new AccuracyTrial();
    for (int i = 0; i < 1_000; i++) {
      trial.addPair(random.nextDouble() < live, random.nextDouble() < candidate);
    }
    assertThat(trial.verdict()).isEqualTo(verdict);
    assertThat(trial.low()).isLessThan(candidate - live);
    assertThat(trial.high()).isGreaterThan(candidate - live);
  }

  /** Two values by hand. */
  @Test
  void theIntervalIsThatOfTheTheorem() {
    ConfidenceSequence sequence = new ConfidenceSequence(0.05);
    sequence.add(1);
    sequence.add(0);

    double log = Math.log(2 / 0.05);
    double first = Math.min(0.5, Math.sqrt(2 * log / (0.25 * Math.log(2))));
    double variance = (0.25 + Math.pow(1 - 0.75, 2)) / 2;
    double second = Math.min(0.5, Math.sqrt(2 * log / (variance * 2 * Math.log(3))));
    double variation =
        4 * 0.25 * (-Math.log(1 - first) - first) / 4
            + 4 * 0.75 * 0.75 * (-Math.log(1 - second) - second) / 4;
    double margin = (log + variation) / (first + second);
    assertThat(margin).isGreaterThan(1);
    assertThat(sequence.low()).isZero();
    assertThat(sequence.high()).isEqualTo(1);
    for (int i = 0; i < 98; i++) {
      sequence.add(i % 2);
    }
    assertThat(sequence.mean()).isCloseTo(0.5, within(1e-12));
    assertThat(sequence.low()).isBetween(0.2, 0.45);
    assertThat(sequence.high()).isBetween(0.55, 0.8);
  }

  @Test
  void valuesOutsideTheUnitAreRefused() {
    assertThatThrownBy(() -> new ConfidenceSequence(0))
        .hasMessage("alpha must be in (0, 1), got 0.0");
    ConfidenceSequence sequence = new ConfidenceSequence(0.05);
    assertThatThrownBy(() -> sequence.add(Double.NaN))
        .hasMessage("value must be in [0, 1], got NaN");
  }

  /** The whole history says nothing of it for long. */
  @Test
  void aFallAfterThousandsOfRightAnswersIsSeenByTheLastOnes() {
    Random random = new Random(14);
    RestartedSequence recent = new RestartedSequence(0.05);
    ConfidenceSequence all = new ConfidenceSequence(0.05);
    for (int i = 0; i < 4_200; i++) {
      double value = random.nextDouble() < (i < 4_000 ? 0.9 : 0.3) ? 1 : 0;
      recent.add(value);
      all.add(value);
      assertThat(all.low()).isLessThanOrEqualTo(all.high());
      if (i < 4_000) {
        assertThat(recent.present().high()).isGreaterThan(0.8);
      }
    }
    assertThat(all.high()).isGreaterThan(0.8);
    assertThat(recent.present().high()).isLessThan(0.8);
  }
}
