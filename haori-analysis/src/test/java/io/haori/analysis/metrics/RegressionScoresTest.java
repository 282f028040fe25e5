package io.haori.analysis.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;

class RegressionScoresTest {
  private static final double[] X = {0.5, 1.5, 1.5, 3.25, 4.0, -2.0, 7.5};
  private static final double[] Y = {1.0, 0.5, 2.5, 2.5, 5.0, -1.0, 4.5};

  /** Expected values: SciPy 1.17.1, two ties in each series. */
  @Test
  void equalsTheReference() {
    var scores = RegressionScores.of(X, Y);

    assertThat(scores.pearson()).isCloseTo(0.8793155140621598, within(1e-14));
    assertThat(scores.spearman()).isCloseTo(0.8818181818181818, within(1e-14));
  }

  @Test
  void namesItsScoresInTheOrderOfTheCommandLine() {
    var scores = new RegressionScores(0.5, 0.25, 3, 2);

    assertThat(scores.byName().toString())
        .isEqualTo("{pearson=0.5, spearman=0.25, rmse=3.0, mae=2.0}");
    assertThat(scores.primary()).isEqualTo(0.5);
  }

  @Test
  void constantPredictionsScoreZero() {
    var scores = RegressionScores.of(new double[] {1, 2, 3}, new double[] {0.1, 0.1, 0.1});

    assertThat(scores.pearson()).isZero();
    assertThat(scores.spearman()).isZero();
    assertThat(RegressionScores.of(new double[] {1}, new double[] {2}))
        .isEqualTo(new RegressionScores(0, 0, 1, 1));
  }

  @Test
  void errorsAreInTheUnitOfTheNumbers() {
    var scores = RegressionScores.of(new double[] {1, 2, 3, 4}, new double[] {1, 2, 7, 1});

    assertThat(scores.rmse()).isCloseTo(2.5, within(1e-15));
    assertThat(scores.mae()).isCloseTo(1.75, within(1e-15));
    assertThat(RegressionScores.of(new double[] {1, 2}, new double[] {1, 2}).rmse()).isZero();
    double[] huge = {3e200, -4e200};
    assertThat(RegressionScores.of(huge, new double[] {0, 0}).rmse() / 1e200)
        .isCloseTo(Math.sqrt(12.5), within(1e-12));
  }

  @Test
  void hugeNumbersDoNotOverflow() {
    assertThat(Correlation.pearson(new double[] {-1e300, 0, 1e300}, new double[] {-1, 0, 1}))
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void refusesWhatIsNotFinite() {
    assertThatThrownBy(() -> RegressionScores.of(new double[] {1, 2}, new double[] {1, Double.NaN}))
        .hasMessage("y[1] must be finite, got NaN");
  }

  @Property
  void everyScoreIsFiniteAndInItsRange(
      @ForAll @Size(12) List<@DoubleRange(min = -1e6, max = 1e6) Double> values) {
    var scores = RegressionScores.of(array(values.subList(0, 6)), array(values.subList(6, 12)));

    assertThat(scores.pearson()).isBetween(-1.0, 1.0);
    assertThat(scores.spearman()).isBetween(-1.0, 1.0);
  }

  @Property
  void spearmanSeesOnlyTheOrder(
      @ForAll @Size(min = 2, max = 9) @UniqueElements
          List<@IntRange(min = -50, max = 50) Integer> x) {
    double[] plain = x.stream().mapToDouble(v -> v).toArray();
    double[] cubed = x.stream().mapToDouble(v -> Math.pow(v, 3)).toArray();

    assertThat(Correlation.spearman(plain, cubed)).isCloseTo(1, within(1e-12));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(v -> v).toArray();
  }
}
