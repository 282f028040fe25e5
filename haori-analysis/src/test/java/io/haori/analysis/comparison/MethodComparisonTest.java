package io.haori.analysis.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.analysis.statistics.DependentTests;
import io.haori.analysis.statistics.Holm;
import io.haori.analysis.statistics.McNemar;
import io.haori.analysis.statistics.PairedBootstrap;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MethodComparisonTest {
  private static final int ROWS = 120;
  private static final double[] TRUTH = new double[ROWS];

  /** Runs that are wrong on the first rows, a few more or less by seed. */
  static MethodRuns wrongOn(String method, int... firstRows) {
    double[][] predicted = new double[firstRows.length][ROWS];
    for (int run = 0; run < firstRows.length; run++) {
      Arrays.fill(predicted[run], 0, firstRows[run], 1);
    }
    return new MethodRuns(method, predicted);
  }

  static MethodComparison comparison(MethodRuns... methods) {
    return new MethodComparison(Answers.CLASSES, TRUTH, List.of(methods));
  }

  @Test
  void scoresAreMeansAndSpreadsOverSeeds() {
    MethodComparison comparison = comparison(wrongOn("a", 60, 54, 48), wrongOn("b", 12, 12, 12));

    List<MethodResult> results = comparison.untested();

    assertThat(results.get(0).score().mean()).isCloseTo(0.55, within(1e-12));
    assertThat(results.get(0).score().standardDeviation()).isCloseTo(0.05, within(1e-12));
    assertThat(results.get(1).score().mean()).isCloseTo(0.9, within(1e-12));
    assertThat(results).allSatisfy(result -> assertThat(result.versus()).isNull());
    assertThat(comparison.best()).isEqualTo(1);
  }

  @Test
  void answersOfSeveralPartsAreScoredAndTestedByTheirShares() {
    double[][][] good = new double[2][2][ROWS];
    double[][][] poor = new double[2][2][ROWS];
    for (int run = 0; run < 2; run++) {
      for (int row = 0; row < ROWS; row++) {
        good[run][0][row] = row % 6 == run ? 0 : 4;
        poor[run][0][row] = row % 3 == run ? 0 : 4;
        good[run][1][row] = 5;
        poor[run][1][row] = 5;
      }
    }
    // That rows are right or wrong as a whole must not count.
    double[][] asWhole = new double[2][ROWS];
    MethodComparison comparison =
        new MethodComparison(
            Answers.SHARES,
            TRUTH,
            List.of(new MethodRuns("poor", asWhole, poor), new MethodRuns("good", asWhole, good)));

    MethodPairs pairs = comparison.pairs(new PairedBootstrap(500, 3));

    List<MethodResult> results = comparison.against(0, pairs);
    assertThat(results.get(0).score().mean()).isCloseTo(0.8 * 2 / 3, within(1e-12));
    assertThat(results.get(1).score().mean()).isCloseTo(0.8 * 5 / 6, within(1e-12));
    Versus versus = results.get(1).versus();
    assertThat(versus.difference().estimate()).isCloseTo(0.8 / 6, within(1e-12));
    assertThat(versus.tests()).isEmpty();
    assertThat(versus.pValue()).isCloseTo(2.0 / 501, within(1e-12));
    assertThat(comparison.best()).isEqualTo(1);
  }

  @Test
  void everyPairIsTestedOnceWithHolmsCorrection() {
    MethodComparison comparison =
        comparison(
            wrongOn("first", 40, 42), wrongOn("much better", 10, 12), wrongOn("same", 41, 41));
    MethodPairs pairs = comparison.pairs(new PairedBootstrap(500, 3));

    List<MethodResult> results = comparison.against(0, pairs);

    assertThat(results.get(0).versus()).isNull();
    Versus better = results.get(1).versus();
    Versus same = results.get(2).versus();
    Versus third = pairs.of(2, 1);
    assertThat(better.tests()).containsExactly(McNemar.ofCounts(30, 0), McNemar.ofCounts(30, 0));
    assertThat(same.tests()).containsExactly(McNemar.ofCounts(0, 1), McNemar.ofCounts(1, 0));
    double p = McNemar.ofCounts(30, 0).pValue();
    assertThat(better.pValue()).isEqualTo(DependentTests.combined(p, p));
    double[] corrected = Holm.adjust(better.pValue(), same.pValue(), third.pValue());
    assertThat(better.corrected()).isEqualTo(corrected[0]);
    assertThat(same.corrected()).isEqualTo(corrected[1]).isEqualTo(1);
    assertThat(third.corrected()).isEqualTo(corrected[2]);
    assertThat(better.difference().estimate()).isCloseTo(0.25, within(1e-12));
    assertThat(better.certainty()).isEqualTo(Versus.Certainty.SURE);
    assertThat(same.certainty()).isEqualTo(Versus.Certainty.OPEN);
  }

  @Test
  void aPairHasOneIntervalFromWhicheverSideItIsSeen() {
    MethodPairs pairs =
        comparison(wrongOn("a", 40, 30, 42), wrongOn("b", 25, 31, 38), wrongOn("c", 12, 50, 20))
            .pairs(new PairedBootstrap(500, 3));

    for (int method = 0; method < 3; method++) {
      for (int other = 0; other < method; other++) {
        Versus one = pairs.of(method, other);
        Versus turned = pairs.of(other, method);
        assertThat(turned.difference().estimate()).isEqualTo(0 - one.difference().estimate());
        assertThat(turned.difference().low()).isEqualTo(0 - one.difference().high());
        assertThat(turned.difference().high()).isEqualTo(0 - one.difference().low());
        assertThat(turned.corrected()).isEqualTo(one.corrected());
        assertThat(turned.tests().get(0))
            .isEqualTo(
                McNemar.ofCounts(one.tests().get(0).onlySecond(), one.tests().get(0).onlyFirst()));
      }
    }
  }

  @Test
  void numbersAreComparedByTheirCorrelation() {
    Random random = new Random(5);
    double[] truth = random.doubles(ROWS).toArray();
    double[] close = Arrays.stream(truth).map(t -> t + 0.05 * random.nextGaussian()).toArray();
    double[] far = Arrays.stream(truth).map(t -> t + random.nextGaussian()).toArray();
    MethodComparison comparison =
        new MethodComparison(
            Answers.NUMBERS,
            truth,
            List.of(
                new MethodRuns("far", new double[][] {far, far}),
                new MethodRuns("close", new double[][] {close, close})));

    Versus versus = comparison.pairs(new PairedBootstrap(500, 3)).of(1, 0);

    assertThat(comparison.best()).isEqualTo(1);
    assertThat(versus.tests()).isEmpty();
    assertThat(versus.difference().low()).isPositive();
    assertThat(versus.certainty()).isEqualTo(Versus.Certainty.SURE);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 6", "1, 2, 6", "2, 3, 7", "6, 5, 9"})
  void withFewerRowsNothingCouldBeSignificant(int comparisons, int runs, int rows) {
    assertThat(MethodComparison.rowsNeeded(comparisons, runs)).isEqualTo(rows);
    double price = comparisons * DependentTests.price(runs);
    assertThat(price * McNemar.ofCounts(rows, 0).pValue()).isLessThan(Versus.LEVEL);
    assertThat(price * McNemar.ofCounts(rows - 1, 0).pValue()).isGreaterThanOrEqualTo(Versus.LEVEL);
  }

  @Test
  void aMissingRunIsAFaultOfOurs() {
    assertThatThrownBy(() -> comparison(wrongOn("a", 1, 2), wrongOn("b", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("b lacks runs or rows: 2 of 120 wanted");
  }
}
