package io.haori.training.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against scikit-learn 1.9.1's LogisticRegression, solver newton-cg, tol 1e-10. */
class LogisticRegressionTest {
  private static final double[][] ROWS = {
    {1.65, -2.074, 0.18, 0.39, -0.652},
    {-0.191, -0.474, 0.313, -1.37, 3.14},
    {0.766, 1.582, -0.551, -0.912, -0.053},
    {1.154, -2.847, 1.301, 0.013, -0.361},
    {0.455, -4.848, 0.789, -1.825, 1.654},
    {0.502, 0.348, -0.726, -1.744, -1.029},
    {1.988, -1.15, 1.166, -0.374, 0.659},
    {-0.421, -2.946, 0.352, -0.283, 3.108},
    {-0.557, -0.123, -2.775, 0.022, -0.564},
    {0.402, -2.494, -0.546, 0.189, -2.487},
    {-1.13, -1.31, 0.924, -3.023, 2.825},
    {0.554, -0.962, 1.309, -1.859, -0.701},
    {0.993, -1.15, 0.396, -0.94, -2.171},
    {1.466, -1.267, 0.522, 0.273, 3.672},
    {-0.413, -1.153, -1.081, 0.702, -2.516},
    {1.445, -2.877, 0.643, 0.008, -1.702},
    {-1.946, -2.024, 0.982, -0.108, 3.539},
    {-0.091, -0.059, -0.525, 0.149, -1.85},
    {2.175, -2.666, 0.961, -0.343, 2.097},
    {1.283, -0.523, -2.271, -1.206, 2.714},
    {0.759, -2.632, 0.893, 0.399, -2.357},
    {1.062, -3.357, 0.461, 0.073, 1.595},
    {-0.413, -1.252, -0.077, 0.895, 4.065},
    {1.594, -1.43, -0.474, -1.482, 0.45}
  };
  private static final int[] CLASSES = IntStream.range(0, 24).map(row -> row % 3).toArray();

  @Test
  void aSmoothFitIsTheOptimumThatOthersFind() {
    LogisticRegression ours = LogisticRegression.fit(ROWS, CLASSES, 3, 0.5);
    assertClose(
        ours,
        new double[][] {
          {0.63924, -0.30979, 0.235935, 0.397447, -0.349439},
          {-0.406131, -0.127948, -0.12778, -0.280579, 0.87371},
          {-0.233109, 0.437738, -0.108155, -0.116868, -0.524271}
        },
        new double[] {-0.264837, -1.045444, 1.310282},
        1e-4);
    assertThat(ours.probabilities(ROWS[0]))
        .containsExactly(new double[] {0.814593, 0.014771, 0.170635}, within(1e-5));
    assertThat(ours.answer(ROWS[0])).isZero();
  }

  @Test
  void aCloseFitToo() {
    assertClose(
        LogisticRegression.fit(ROWS, CLASSES, 3, 100),
        new double[][] {
          {2.338318, -0.419522, 0.221044, 1.511721, -1.797543},
          {-1.840222, -0.10414, -0.408501, -2.070221, 3.249433},
          {-0.498096, 0.523662, 0.187457, 0.5585, -1.45189}
        },
        new double[] {0.546611, -5.244644, 4.698033},
        3e-3);
  }

  /** Intercepts are compared up to a constant, which changes no answer. */
  private static void assertClose(
      LogisticRegression ours, double[][] weights, double[] intercepts, double bound) {
    double mean = IntStream.range(0, 3).mapToDouble(k -> ours.intercepts()[k]).average().orElse(0);
    for (int k = 0; k < 3; k++) {
      assertThat(ours.weights()[k]).containsExactly(weights[k], within(bound));
      assertThat(ours.intercepts()[k] - mean).isCloseTo(intercepts[k], within(bound));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1_000})
  void theGradientAtTheEndIsZero(double c) {
    LogisticRegression fit = LogisticRegression.fit(ROWS, CLASSES, 3, c);
    try (LogisticLoss loss =
        new LogisticLoss(ROWS, CLASSES, 3, 1 / (c * ROWS.length), new double[18])) {
      assertLeast(fit, loss);
    }
  }

  private static void assertLeast(LogisticRegression fit, LogisticLoss loss) {
    double[] at = flat(fit);
    double[] gradient = new double[at.length];
    double value = loss.at(at, gradient);
    assertThat(gradient).containsExactly(new double[at.length], within(1e-6));
    for (int i = 0; i < at.length; i++) {
      double[] moved = at.clone();
      moved[i] += 1e-4;
      double above = loss.at(moved, new double[at.length]);
      // A slope of at most 1e-6 over a step of 1e-4.
      assertThat(above).as("a step along %d", i).isGreaterThanOrEqualTo(value - 1e-10);
    }
  }

  private static LogisticRegression other() {
    double[][] weights = new double[3][5];
    for (int k = 0; k < 3; k++) {
      for (int i = 0; i < 5; i++) {
        weights[k][i] = Math.cos(5 * k + i);
      }
    }
    return new LogisticRegression(weights, new double[] {0.5, -1, 0.5}, 0);
  }

  private static double[] flat(LogisticRegression model) {
    int width = model.weights()[0].length;
    double[] flat = new double[3 * (width + 1)];
    for (int k = 0; k < 3; k++) {
      System.arraycopy(model.weights()[k], 0, flat, k * (width + 1), width);
      flat[k * (width + 1) + width] = model.intercepts()[k];
    }
    return flat;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 10})
  void aFitNearAnotherIsTheOptimumOfThePenaltyOnTheDistance(double c) {
    LogisticRegression fit = other().refit(ROWS, CLASSES, c);
    try (LogisticLoss loss =
        new LogisticLoss(ROWS, CLASSES, 3, 1 / (c * ROWS.length), flat(other()))) {
      assertLeast(fit, loss);
    }
  }

  @Test
  void theLessWeightTheRowsHaveTheNearerItStays() {
    LogisticRegression near = other().refit(ROWS, CLASSES, 1e-5);
    LogisticRegression far = other().refit(ROWS, CLASSES, 100);
    for (int k = 0; k < 3; k++) {
      assertThat(near.weights()[k]).containsExactly(other().weights()[k], within(1e-3));
    }
    assertThat(Math.abs(far.weights()[0][0] - other().weights()[0][0])).isGreaterThan(0.1);
  }

  @Test
  void aModelThatAnswersTheRowsIsTakenAsItIs() {
    LogisticRegression right = LogisticRegression.fit(ROWS, CLASSES, 3, 100);
    ProbeChoice choice = ProbeChoice.near(right, ROWS, CLASSES, 7);
    assertThat(choice.c()).isZero();
    assertThat(choice.model()).isSameAs(right);
  }

  @Test
  void aModelOfAnotherMeaningIsMovedFarAway() {
    LogisticRegression wrong =
        LogisticRegression.fit(
            ROWS, IntStream.of(CLASSES).map(label -> (label + 1) % 3).toArray(), 3, 10);
    ProbeChoice choice = ProbeChoice.near(wrong, ROWS, CLASSES, 7);
    assertThat(choice.c()).isPositive();
    assertThat(choice.accuracy()).isGreaterThan(0.6);
  }

  @Test
  void theGradientIsThatOfTheLoss() {
    try (LogisticLoss loss = new LogisticLoss(ROWS, CLASSES, 3, 0.01, new double[18])) {
      assertSlopes(loss);
    }
  }

  private static void assertSlopes(LogisticLoss loss) {
    double[] at = IntStream.range(0, 18).mapToDouble(i -> Math.sin(i)).toArray();
    double[] gradient = new double[18];
    loss.at(at, gradient);
    for (int i = 0; i < at.length; i++) {
      double[] above = at.clone();
      double[] below = at.clone();
      above[i] += 1e-5;
      below[i] -= 1e-5;
      double slope = (loss.at(above, new double[18]) - loss.at(below, new double[18])) / 2e-5;
      assertThat(gradient[i]).isCloseTo(slope, within(1e-7));
    }
  }

  /** Twelve rows of forty columns, near one of three random means. */
  private static double[][] wide(SplittableRandom random) {
    double[][] means = new double[3][40];
    for (double[] mean : means) {
      Arrays.setAll(mean, i -> random.nextGaussian());
    }
    double[][] rows = new double[12][40];
    for (int row = 0; row < rows.length; row++) {
      double[] mean = means[row % 3];
      Arrays.setAll(rows[row], i -> mean[i] + 3 * random.nextGaussian());
    }
    return rows;
  }

  private static final int[] TWELVE = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};

  @Test
  void withFewRowsOfManyColumnsTheChoiceIsStillTheOptimum() {
    double[][] rows = wide(new SplittableRandom(5));
    ProbeChoice choice = ProbeChoice.fit(rows, TWELVE, 3, 7);
    assertOptimal(choice.model(), LogisticRegression.none(3, 40), rows, choice.c());
  }

  @Test
  void nearAnotherModelTooWithWhatTheRowsSayNothingAbout() {
    SplittableRandom random = new SplittableRandom(6);
    double[][] rows = wide(random);
    double[][] weights = new double[3][40];
    for (double[] weight : weights) {
      Arrays.setAll(weight, i -> random.nextGaussian());
    }
    LogisticRegression other = new LogisticRegression(weights, new double[] {1, 0, -1}, 0);
    ProbeChoice choice = ProbeChoice.near(other, rows, TWELVE, 7);
    assertThat(choice.c()).isPositive();
    assertOptimal(choice.model(), other, rows, choice.c());
  }

  /** At most 1e-6 in each of eleven directions and 1e-6 times the mean from the intercept. */
  private static void assertOptimal(
      LogisticRegression fit, LogisticRegression prior, double[][] rows, double c) {
    double penalty = 1 / (c * rows.length);
    double[] gradient = new double[3 * 41];
    try (LogisticLoss loss = new LogisticLoss(rows, TWELVE, 3, penalty, flat(prior))) {
      loss.at(flat(fit), gradient);
    }
    assertThat(gradient).containsExactly(new double[gradient.length], within(5e-6));
  }

  @Test
  void theChoiceHoldsOutRowsOfEveryClass() {
    ProbeChoice choice = ProbeChoice.fit(ROWS, CLASSES, 3, 7);
    assertThat(choice.c()).isIn(1.0, 10.0, 100.0, 1_000.0);
    assertThat(choice.accuracy()).isBetween(0.6, 1.0);
    assertThat(choice.logLoss()).isPositive();
    assertThat(ProbeChoice.fit(ROWS, CLASSES, 3, 7).accuracy()).isEqualTo(choice.accuracy());
  }

  @Test
  void aClassOfOneRowIsNeverHeldOutAndAClassWithoutRowsIsTheLeastProbable() {
    double[][] rows = {ROWS[0], ROWS[1], ROWS[2]};
    ProbeChoice choice = ProbeChoice.fit(rows, new int[] {0, 1, 2}, 4, 7);
    assertThat(choice.accuracy()).isNaN();
    assertThat(choice.model().answer(ROWS[1])).isEqualTo(1);
    double[] p = choice.model().probabilities(ROWS[1]);
    assertThat(p[3]).isLessThan(1e-3).isLessThan(p[0]);
  }

  @Test
  void boundsAreNamed() {
    assertThatThrownBy(() -> LogisticRegression.fit(ROWS, CLASSES, 1, 1))
        .isInstanceOf(UserError.class)
        .hasMessage("classes of a probe must be at least 2, got 1");
    assertThatThrownBy(() -> LogisticRegression.fit(ROWS, CLASSES, 3, 0))
        .isInstanceOf(UserError.class)
        .hasMessage("probe.c must be above 0 and finite, got 0.0");
  }
}
