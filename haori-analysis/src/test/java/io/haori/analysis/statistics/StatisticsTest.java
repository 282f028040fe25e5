package io.haori.analysis.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsTest {
  /** Expected values: NumPy with {@code ddof=1}. */
  @Test
  void summaryEqualsTheReference() {
    var summary = Summary.of(0.81, 0.84, 0.79);

    assertThat(summary.count()).isEqualTo(3);
    assertThat(summary.mean()).isCloseTo(0.8133333333333334, within(1e-15));
    assertThat(summary.standardDeviation()).isCloseTo(0.025166114784235794, within(1e-15));
  }

  @Test
  void oneRunHasNoSpread() {
    assertThat(Summary.of(0.5)).isEqualTo(new Summary(1, 0.5, 0));
  }

  /** Expected values: SciPy's {@code binomtest} of the differing rows. */
  @ParameterizedTest
  @CsvSource({
    "10, 2, 0.03857421875",
    "3, 9, 0.14599609375",
    "0, 5, 0.0625",
    "40, 60, 0.05688793364098089",
    "7, 7, 1",
    "120, 80, 0.005685155996750306",
    "0, 0, 1"
  })
  void mcNemarEqualsTheReference(int onlyFirst, int onlySecond, double p) {
    assertThat(McNemar.ofCounts(onlyFirst, onlySecond).pValue()).isCloseTo(p, within(1e-12));
  }

  @Test
  void mcNemarCountsTheRowsOnWhichOneModelIsRight() {
    var test =
        McNemar.of(new int[] {0, 1, 2, 0, 1}, new int[] {0, 1, 0, 0, 2}, new int[] {0, 0, 2, 1, 2});

    assertThat(test.onlyFirst()).isEqualTo(2);
    assertThat(test.onlySecond()).isEqualTo(1);
  }

  /** Expected values: Holm's formula in NumPy. */
  @Test
  void holmEqualsTheReference() {
    assertThat(Holm.adjust(0.01, 0.04, 0.03, 0.005))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-15));
  }

  @Property
  void holmNeverMakesATestStrongerNorWeakerThanBonferroni(
      @ForAll @Size(min = 1, max = 9) List<@DoubleRange(min = 0, max = 1) Double> values) {
    double[] p = values.stream().mapToDouble(v -> v).toArray();
    double[] adjusted = Holm.adjust(p);

    for (int i = 0; i < p.length; i++) {
      assertThat(adjusted[i]).isBetween(p[i], Math.min(1, p[i] * p.length) + 1e-15);
    }
  }

  @Test
  void holmRefusesWhatIsNoProbability() {
    assertThatThrownBy(() -> Holm.adjust(0.5, Double.NaN))
        .hasMessage("pValues[1] must be in [0, 1], got NaN");
  }

  @Test
  void theSameSeedGivesTheSameInterval() {
    int[] truth = new int[200];
    int[] first = everyNth(200, 5);
    int[] second = everyNth(200, 3);

    var once = new PairedBootstrap(2_000, 7).accuracyDifference(truth, first, second);
    var again = new PairedBootstrap(2_000, 7).accuracyDifference(truth, first, second);

    assertThat(once).isEqualTo(again);
    assertThat(once.estimate()).isCloseTo((67 - 40) / 200.0, within(1e-12));
    assertThat(once.excludesZero()).isTrue();
  }

  /** The difference of a row is 1, 0 or −1; its variance gives the normal interval. */
  @Test
  void theIntervalIsAboutAsWideAsTheNormalOne() {
    int rows = 400;
    int[] truth = new int[rows];
    int[] first = everyNth(rows, 4);
    int[] second = new int[rows];
    Arrays.fill(second, 0, 120, 1);

    var interval = new PairedBootstrap(10_000, 1).accuracyDifference(truth, first, second);

    double differing = 0;
    for (int i = 0; i < rows; i++) {
      differing += first[i] != second[i] ? 1 : 0;
    }
    double mean = interval.estimate();
    double half = 1.96 * Math.sqrt((differing / rows - mean * mean) / rows);
    assertThat(interval.low()).isCloseTo(mean - half, within(0.01));
    assertThat(interval.high()).isCloseTo(mean + half, within(0.01));
  }

  @Test
  void severalSeedsWidenTheIntervalByTheirSpread() {
    int[] truth = new int[300];
    int[] good = everyNth(300, 10);
    int[] bad = everyNth(300, 2);

    var oneRun = new PairedBootstrap(2_000, 3).accuracyDifference(truth, good, bad);
    var runs =
        new PairedBootstrap(2_000, 3)
            .accuracyDifference(truth, new int[][] {good, bad}, new int[][] {bad, good, bad});

    assertThat(runs.estimate()).isCloseTo(0.4 / 6, within(1e-12));
    assertThat(runs.high() - runs.low()).isGreaterThan(oneRun.high() - oneRun.low());
  }

  @Test
  void equalModelsDifferByNothing() {
    int[] truth = new int[50];
    int[] same = everyNth(50, 2);

    assertThat(new PairedBootstrap(500, 3).accuracyDifference(truth, same, same))
        .isEqualTo(new Interval(0, 0, 0));
  }

  @Test
  void refusesPredictionsOfOtherLength() {
    assertThatThrownBy(
            () -> new PairedBootstrap(10, 1).accuracyDifference(new int[3], new int[3], new int[2]))
        .hasMessage("predictions must have 3 rows like the truth, got 2");
  }

  /** Predictions that are wrong, as the truth is 0, on every n-th row. */
  private static int[] everyNth(int rows, int n) {
    int[] predictions = new int[rows];
    for (int i = 0; i < rows; i += n) {
      predictions[i] = 1;
    }
    return predictions;
  }
}
