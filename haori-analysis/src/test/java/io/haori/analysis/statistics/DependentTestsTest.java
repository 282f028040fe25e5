package io.haori.analysis.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DependentTestsTest {
  @Test
  void oneTestIsNotCorrected() {
    assertThat(DependentTests.combined(0.03)).isEqualTo(0.03);
    assertThat(DependentTests.price(1)).isEqualTo(1);
  }

  @Test
  void theOneJustAboveTheMiddleCountsAsOftenAsItsPlaceIsRare() {
    assertThat(DependentTests.combined(0.01, 0.2)).isEqualTo(0.2);
    assertThat(DependentTests.combined(0.9, 0.01, 0.02)).isCloseTo(0.03, within(1e-15));
    assertThat(DependentTests.combined(0.5, 0.01, 0.03, 0.9, 0.02))
        .isCloseTo(0.03 * 5 / 3, within(1e-15));
    assertThat(DependentTests.combined(0.9, 0.8, 0.7)).isEqualTo(1);
  }

  @Test
  void theLevelHoldsWhetherTheTestsAreTheSameOrIndependent() {
    Random random = new Random(3);
    int draws = 20_000;
    int same = 0;
    int independent = 0;
    for (int i = 0; i < draws; i++) {
      double[] one = new double[5];
      Arrays.fill(one, random.nextDouble());
      same += DependentTests.combined(one) < 0.05 ? 1 : 0;
      independent += DependentTests.combined(random.doubles(5).toArray()) < 0.05 ? 1 : 0;
    }
    assertThat((double) same / draws).isBetween(0.02, 0.05);
    assertThat((double) independent / draws).isLessThan(0.05);
  }
}
