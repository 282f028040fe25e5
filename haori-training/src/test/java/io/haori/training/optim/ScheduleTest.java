package io.haori.training.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.training.optim.Schedule.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
  /** What transformers' schedules give for a warm-up of 3 and 10 steps in all. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0",
    "1, 0.3333333333333333, 0.3333333333333333, 0.3333333333333333",
    "2, 0.6666666666666666, 0.6666666666666666, 0.6666666666666666",
    "3, 1, 1, 1",
    "4, 1, 0.8571428571428571, 0.9504844339512095",
    "5, 1, 0.7142857142857143, 0.8117449009293668",
    "6, 1, 0.5714285714285714, 0.6112604669781572",
    "7, 1, 0.42857142857142855, 0.38873953302184283",
    "8, 1, 0.2857142857142857, 0.18825509907063326",
    "9, 1, 0.14285714285714285, 0.04951556604879048",
    "10, 1, 0, 0"
  })
  void factorsEqualThoseOfTransformers(int done, double constant, double linear, double cosine) {
    for (Schedule schedule : all(0, 3)) {
      double expected =
          switch (schedule.shape()) {
            case CONSTANT -> constant;
            case LINEAR -> linear;
            case COSINE -> cosine;
          };
      assertThat(schedule.factor(done, 10)).isCloseTo(expected, within(1e-15));
    }
    for (Schedule schedule : all(0.25, 0)) {
      Schedule steps = new Schedule(schedule.shape(), 0, 3);
      assertThat(schedule.factor(done, 10)).isEqualTo(steps.factor(done, 10));
    }
  }

  private static List<Schedule> all(double share, int steps) {
    return Arrays.stream(Shape.values()).map(s -> new Schedule(s, share, steps)).toList();
  }

  @Test
  void beginsAtTheTopWithoutWarmup() {
    for (Schedule schedule : all(0, 0)) {
      assertThat(schedule.factor(0, 4)).isEqualTo(1);
    }
  }

  @Test
  void aTrainingOfOneStepHasNoWarmup() {
    for (Schedule schedule : all(0.06, 0)) {
      assertThat(schedule.factor(0, 1)).isEqualTo(1);
    }
    for (Schedule schedule : all(0, 5)) {
      assertThat(schedule.factor(0, 1)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "1, 1", "2, 0.06", "2, 1", "3, 0.5", "100, 1"})
  void everyTrainingHasAStepThatLearns(int all, double share) {
    for (Schedule schedule : all(share, 0)) {
      double sum = 0;
      for (int done = 0; done < all; done++) {
        sum += schedule.factor(done, all);
      }
      assertThat(sum).isPositive();
    }
  }

  @Test
  void staysFiniteWhenTheWarmupIsLongerThanTheTraining() {
    for (Schedule schedule : all(0, 100)) {
      assertThat(schedule.factor(3, 4)).isEqualTo(0.03);
    }
    for (Schedule schedule : all(1, 0)) {
      assertThat(schedule.factor(3, 4)).isEqualTo(0.75);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1.5 | 0  | training.warmupShare must be in [0, 1], got 1.5
          NaN | 0  | training.warmupShare must be in [0, 1], got NaN
          0   | -1 | training.warmupSteps must be at least 0, got -1
          0.1 | 5  | training.warmupSteps must be 0 when training.warmupShare is above 0, got 5
          """)
  void refusesASettingOutOfBounds(double share, int steps, String message) {
    assertThatThrownBy(() -> new Schedule(Shape.LINEAR, share, steps))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }
}
