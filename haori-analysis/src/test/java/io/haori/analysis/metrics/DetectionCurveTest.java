package io.haori.analysis.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compared with scikit-learn 1.9.1 on scores with ties. */
class DetectionCurveTest {
  private static final double[] POSITIVES = {0.4, 0.27, 0.54, 0.71, 0.88, 0.63, 0.46, 0.4, 0.79};
  private static final double[] NEGATIVES = {
    0.73, 0.45, 0.15, 0.21, 0.72, 0.44, 0.05, 0.38, 0.17, 0.27, 0.3, 0.26, 0.51, 0.39, 0.28, 0.48,
    0.57, 0.07, 0.35, 0.2, 0.37, 0.14, 0.4, 0.39, 0.34, 0.19, 0.32, 0.18, 0.13, 0.44, 0.18, 0.63,
    0.54, 0.0, 0.45, 0.18, 0.41, 0.41, -0.0, 0.35
  };

  private final DetectionCurve curve = DetectionCurve.of(POSITIVES, NEGATIVES);

  @Test
  void areasAreThoseOfScikitLearn() {
    assertThat(curve.areaUnderRoc()).isCloseTo(0.8125, within(1e-15));
    assertThat(DetectionCurve.areaUnderRoc(POSITIVES, NEGATIVES)).isCloseTo(0.8125, within(1e-15));
    assertThat(curve.averagePrecision()).isCloseTo(0.5694384047325223, within(1e-15));
    assertThat(curve.points()).hasSize(37);
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 0.5882352941176471, 0.79",
    "1, 0.5454545454545454, 0.46",
    "2, 0.6896551724137931, 0.4"
  })
  void theBestThresholdIsThatOfScikitLearn(double beta, double score, double threshold) {
    DetectionCurve.Point best = curve.best(beta);

    assertThat(best.fBeta(beta)).isCloseTo(score, within(1e-15));
    assertThat(best.threshold()).isEqualTo(threshold);
  }

  @ParameterizedTest
  @CsvSource({"0, 2", "0.05, 3", "0.1, 4", "0.5, 8", "1, 9"})
  void findsTheMostAtAFalseAlarmRate(double most, int hits) {
    assertThat(curve.atFalseAlarmRate(most).hits()).isEqualTo(hits);
    assertThat(curve.atFalseAlarmRate(most).falseAlarmRate()).isLessThanOrEqualTo(most);
  }

  @Test
  void theCheapestThresholdFallsAsMissesCostMore() {
    assertThat(curve.cheapest(0, 1).hits()).isZero();
    assertThat(curve.cheapest(1, 1).threshold()).isEqualTo(0.79);
    assertThat(curve.cheapest(1, 0).hits()).isEqualTo(9);
    assertThat(curve.cheapest(5, 1).cost(5, 1))
        .isEqualTo(
            curve.points().stream().mapToDouble(point -> point.cost(5, 1)).min().orElseThrow());
    assertThat(curve.cheapest(5, 1).threshold()).isLessThan(0.79);
  }

  @Test
  void aThresholdBetweenTwoScoresCallsWhatIsAboveIt() {
    assertThat(curve.at(0.75)).isEqualTo(curve.at(0.79));
    assertThat(curve.at(0.79).hits()).isEqualTo(2);
    assertThat(curve.at(2).hits()).isZero();
    assertThat(curve.at(2).precision()).isEqualTo(1);
  }

  @Test
  void scoresThatAreAllTheSameKnowNothing() {
    DetectionCurve flat = DetectionCurve.of(new double[] {1, 1}, new double[] {1, 1, 1, 1, 1, 1});

    assertThat(flat.areaUnderRoc()).isEqualTo(0.5);
    assertThat(flat.averagePrecision()).isEqualTo(0.25);
  }

  @Test
  void refusesScoresThatAreNoNumbers() {
    assertThatThrownBy(() -> DetectionCurve.of(new double[] {Double.NaN}, new double[] {1}))
        .hasMessage("scores must be finite, got NaN");
  }
}
