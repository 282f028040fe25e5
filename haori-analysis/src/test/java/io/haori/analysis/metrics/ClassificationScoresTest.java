package io.haori.analysis.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassificationScoresTest {
  /** Expected values: scikit-learn 1.9.1. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          4 | 0001122223 | 0011222020 | 0.6                | 0.45535714285714285 | 0.4183300132670378
          2 | 11010010   | 10010111   | 0.625              | 0.6190476190476191  | 0.2581988897471611
          3 | 012012     | 111111     | 0.3333333333333333 | 0.16666666666666666 | 0.0
          5 | 012344     | 432100     | 0.16666666666666666 | 0.2                | -0.03571428571428571
          """)
  void equalsTheReference(
      int classes, String truth, String predicted, double accuracy, double macroF1, double mcc) {
    var scores = ClassificationScores.of(digits(truth), digits(predicted), classes);

    assertThat(scores.accuracy()).isCloseTo(accuracy, within(1e-15));
    assertThat(scores.macroF1()).isCloseTo(macroF1, within(1e-15));
    assertThat(scores.microF1()).isCloseTo(accuracy, within(1e-15));
    assertThat(scores.mcc()).isCloseTo(mcc, within(1e-15));
  }

  @Test
  void namesItsScoresInTheOrderOfTheCommandLine() {
    var scores = new ClassificationScores(0.5, 0.25, 0.5, 0.125);

    assertThat(scores.byName().toString())
        .isEqualTo("{accuracy=0.5, macroF1=0.25, microF1=0.5, mcc=0.125}");
    assertThat(scores.primary()).isEqualTo(0.5);
  }

  @Test
  void aClassThatIsNeverPredictedHasF1Zero() {
    var confusion = ConfusionMatrix.of(digits("0012"), digits("0011"), 3);

    assertThat(confusion.f1(2)).isZero();
    assertThat(confusion.macroF1()).isCloseTo((1 + 2.0 / 3 + 0) / 3, within(1e-15));
  }

  @Test
  void aClassThatNeitherOccursNorIsPredictedIsLeftOutOfMacroF1() {
    assertThat(ClassificationScores.of(digits("0011"), digits("0011"), 7).macroF1()).isEqualTo(1);
  }

  @Test
  void oneClassAloneHasNoMatthewsCorrelation() {
    assertThat(ClassificationScores.of(digits("00"), digits("01"), 2).mcc()).isZero();
    assertThat(ClassificationScores.of(digits("00"), digits("00"), 2).mcc()).isZero();
  }

  @Test
  void countsTruthByPrediction() {
    var confusion = ConfusionMatrix.of(digits("0011"), digits("0110"), 2);

    assertThat(confusion.toArray()).isDeepEqualTo(new long[][] {{1, 1}, {1, 1}});
    assertThat(confusion.count(0, 1)).isEqualTo(1);
    assertThat(confusion.classes()).isEqualTo(2);
  }

  @Test
  void refusesWhatCannotBeCounted() {
    assertThatThrownBy(() -> ConfusionMatrix.of(digits("01"), digits("0"), 2))
        .hasMessage(
            "truth and prediction must have the same number of rows, at least one, got 2 and 1");
    assertThatThrownBy(() -> ConfusionMatrix.of(digits("01"), digits("03"), 2))
        .hasMessage("predicted[1] must be in [0, 2), got 3");
  }

  @Property
  void everyScoreIsFiniteAndInItsRange(@ForAll("pairs") int[][] pair) {
    var scores = ClassificationScores.of(pair[0], pair[1], 4);

    assertThat(scores.accuracy()).isBetween(0.0, 1.0).isEqualTo(scores.microF1());
    assertThat(scores.macroF1()).isBetween(0.0, 1.0);
    assertThat(scores.mcc()).isBetween(-1.0, 1.0);
  }

  @Property
  void matthewsDoesNotChangeWhenTruthAndPredictionChangePlaces(@ForAll("pairs") int[][] pair) {
    assertThat(ClassificationScores.of(pair[0], pair[1], 4).mcc())
        .isCloseTo(ClassificationScores.of(pair[1], pair[0], 4).mcc(), within(1e-12));
  }

  @Provide
  Arbitrary<int[][]> pairs() {
    return Arbitraries.integers()
        .between(1, 40)
        .flatMap(
            rows ->
                Arbitraries.integers()
                    .between(0, 3)
                    .array(int[].class)
                    .ofSize(rows)
                    .array(int[][].class)
                    .ofSize(2));
  }

  private static int[] digits(String text) {
    return Stream.of(text.split("")).mapToInt(Integer::parseInt).toArray();
  }
}
