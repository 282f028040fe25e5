package io.haori.analysis.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonIntervalTest {
  /** As the formula gives it: centre and half width over {@code 1 + z² / n}. */
  @ParameterizedTest
  @CsvSource({"81, 100", "1, 7", "0, 10", "10, 10", "250, 500", "1, 1"})
  void isWilsonsFormula(int count, int rows) {
    double z = 1.959963984540054;
    double share = (double) count / rows;
    double centre = share + z * z / (2 * rows);
    double half = z * Math.sqrt(share * (1 - share) / rows + z * z / (4.0 * rows * rows));
    double scale = 1 + z * z / rows;

    Interval interval = WilsonInterval.of(count, rows);

    assertThat(interval.estimate()).isEqualTo(share);
    assertThat(interval.low()).isCloseTo((centre - half) / scale, within(1e-9)).isNotNegative();
    assertThat(interval.high())
        .isCloseTo((centre + half) / scale, within(1e-9))
        .isLessThanOrEqualTo(1);
  }

  @Test
  void moreThanAllIsAFaultOfOurs() {
    assertThatThrownBy(() -> WilsonInterval.of(3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("count must be in [0, rows] with rows at least 1, got 3 of 2");
  }
}
