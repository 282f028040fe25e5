package io.haori.training.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdamWTest {
  private static final AdamWConfig CONFIG = new AdamWConfig(1e-2, 0.9, 0.999, 1e-8, 0.1);

  /**
   * torch 2 on a CPU: two groups, the second with 16 times the learning rate and no decay; learning
   * rate {@code 0.01 / step}; {@link #gradient} clipped to a norm of 0.8; all values after each
   * step.
   */
  private static final float[][] TORCH =
      rows(
          """
          0.48950002 -1.23875 1.9880002 -0.009000886 -0.28970003 0.75925 0.8400003 -2.1599975 0.26 0.15999995
          0.49124628 -1.2386116 1.9828938 -0.008423919 -0.28893736 0.75819814 0.8391578 -2.14722 0.2571089 0.14411575
          0.4899881 -1.2371628 1.9828551 -0.009467148 -0.28805858 0.7590011 0.8240031 -2.1642756 0.27299482 0.16136716
          0.49045005 -1.236997 1.9813516 -0.009276518 -0.28733683 0.75857794 0.8208841 -2.1597114 0.2734848 0.1556903
          0.48993045 -1.2363938 1.9813578 -0.009642223 -0.28733173 0.75880426 0.81735307 -2.1659267 0.2782343 0.16209093
          0.4901078 -1.2362283 1.9806492 -0.009569925 -0.28683162 0.75857884 0.8136491 -2.163864 0.2797364 0.15944798
          """);

  private static final double[] TORCH_NORMS = {
    0.883449137210846,
    0.7869792580604553,
    0.7276993989944458,
    0.7199063897132874,
    0.7657620310783386,
    0.8535210490226746
  };
  private static final float[][] TORCH_MOMENTS =
      rows(
          """
          -0.03606914 0.0010111869 0.00033463418 -1.8735029e-05 -0.02863561 0.0026114099 0.00021906297 -3.175911e-05 -0.013722317 0.00352952
          0.0014685971 4.716232e-05 5.9226025e-08 5.3187224e-09 0.0003036241 5.2743373e-05 6.7808216e-08 4.5946713e-09 0.0016178237 3.4572564e-05
          """);

  private final Scope scope = Scope.open();
  private final Parameter a =
      new Parameter("a", Tensors.of(new float[] {.5f, -1.25f, 2f, .001f, -.3f, .75f}, 2, 3));
  private final Parameter b = new Parameter("b", Tensors.of(new float[] {1f, -2f, .1f, 0f}, 4));

  @AfterEach
  void freeAll() {
    a.close();
    b.close();
    scope.close();
  }

  private static float[][] rows(String text) {
    return text.lines().map(AdamWTest::row).toArray(float[][]::new);
  }

  private static float[] row(String line) {
    String[] words = line.strip().split(" ", -1);
    float[] row = new float[words.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = Float.parseFloat(words[i]);
    }
    return row;
  }

  private static float gradient(int step, int index) {
    return (float) (Math.sin(3.0 * step + 1.7 * index) * Math.pow(10, -(index % 4)));
  }

  private List<ParameterGroup> groups() {
    return List.of(
        new ParameterGroup("slow", List.of(a), 1, 1),
        new ParameterGroup("fast", List.of(b), 16, 0));
  }

  private void accumulateGradients(int step) {
    for (Parameter parameter : List.of(a, b)) {
      float[] values = new float[(int) parameter.count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = gradient(step, i + (parameter == b ? 6 : 0));
      }
      parameter.accumulate(Tensors.of(values, parameter.value().shape()));
    }
  }

  private float[] join(float[] first, float[] second) {
    float[] all = new float[first.length + second.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Test
  void sixStepsEqualThoseOfTorch() {
    try (AdamW adamw = new AdamW(CONFIG, groups())) {
      for (int step = 1; step <= 6; step++) {
        adamw.zeroGradients();
        accumulateGradients(step);
        assertThat(adamw.clip(0.8)).isCloseTo(TORCH_NORMS[step - 1], within(1e-6));
        adamw.step(1e-2 / step);
        float[] actual = join(a.value().toFloats(), b.value().toFloats());
        for (int i = 0; i < actual.length; i++) {
          assertThat(actual[i]).isCloseTo(TORCH[step - 1][i], within(3e-7f));
        }
      }
      assertThat(adamw.steps()).isEqualTo(6);
      assertMoments(adamw.firstMoments(), TORCH_MOMENTS[0]);
      assertMoments(adamw.secondMoments(), TORCH_MOMENTS[1]);
    }
  }

  private void assertMoments(Tensor flat, float[] expected) {
    float[] actual = join(flat.narrow(0, 0, 6).toFloats(), flat.narrow(0, 16, 4).toFloats());
    for (int i = 0; i < actual.length; i++) {
      float bound = 1e-6f * Math.abs(expected[i]) + 1e-12f;
      assertThat(actual[i]).isCloseTo(expected[i], within(bound));
    }
  }

  @Test
  void parametersKeepTheirValuesAndLieAlignedInOneArray() {
    a.accumulate(Tensors.full(7, DType.F32, 2, 3));
    try (AdamW adamw = new AdamW(CONFIG, groups())) {
      assertThat(a.value().toFloats()).containsExactly(.5f, -1.25f, 2f, .001f, -.3f, .75f);
      assertThat(a.gradient().toFloats()).containsOnly(0f);
      assertThat(adamw.slots())
          .containsExactly(
              new AdamW.Slot("a", "slow", List.of(2L, 3L), 0),
              new AdamW.Slot("b", "fast", List.of(4L), 16));
      adamw.values().narrow(0, 16, 1).zeroInPlace();
      assertThat(b.value().toFloats()).containsExactly(0f, -2f, .1f, 0f);
    }
  }

  @Test
  void parametersRemainAfterTheOptimizerIsClosed() {
    new AdamW(CONFIG, groups()).close();
    assertThat(b.value().toFloats()).containsExactly(1f, -2f, .1f, 0f);
  }

  @Test
  void largeArraysMoveEveryElementAlike() {
    Parameter large = new Parameter("large", Tensors.full(1, DType.F32, 3, 200_001));
    try (large;
        AdamW adamw = new AdamW(CONFIG, List.of(ParameterGroup.of("all", List.of(large))))) {
      large.accumulate(Tensors.full(2, DType.F32, 3, 200_001));
      assertThat(adamw.gradientNorm()).isCloseTo(2 * Math.sqrt(600_003), within(1e-3));
      adamw.step(0.5);
      assertThat(large.value().toFloats()).containsOnly(0.95f - 0.5f);
    }
  }

  @Test
  void clippingLeavesSmallGradientsAlone() {
    try (AdamW adamw = new AdamW(CONFIG, groups())) {
      b.accumulate(Tensors.of(new float[] {3, 4, 0, 0}, 4));
      assertThat(adamw.clip(6)).isEqualTo(5);
      assertThat(b.gradient().toFloats()).containsExactly(3, 4, 0, 0);
      adamw.clip(1);
      assertThat(adamw.gradientNorm()).isCloseTo(1, within(1e-6));
    }
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity"})
  void clippingReportsGradientsThatAreNotFinite(float value) {
    try (AdamW adamw = new AdamW(CONFIG, groups())) {
      b.accumulate(Tensors.of(new float[] {1, value, 0, 0}, 4));
      assertThat(adamw.clip(1)).isNotFinite();
      assertThat(b.gradient().toFloats()).containsExactly(1, value, 0, 0);
    }
  }

  @Test
  void aRestoredOptimizerContinuesToTheSameBits() {
    byte[] straight;
    try (AdamW adamw = new AdamW(CONFIG, groups())) {
      move(adamw, 1, 2);
      Tensor values = adamw.values().copy();
      Tensor first = adamw.firstMoments().copy();
      Tensor second = adamw.secondMoments().copy();
      move(adamw, 3, 5);
      straight = adamw.values().toBytes();
      adamw.restore(2, values, first, second);
      assertThat(adamw.gradientNorm()).isZero();
      move(adamw, 3, 5);
      assertThat(adamw.values().toBytes()).isEqualTo(straight);
    }
  }

  private void move(AdamW adamw, int from, int to) {
    for (int step = from; step <= to; step++) {
      adamw.zeroGradients();
      accumulateGradients(step);
      adamw.step(1e-2);
    }
  }

  @Test
  void refusesTwoParametersOfOneName() {
    List<ParameterGroup> twice =
        List.of(ParameterGroup.of("x", List.of(a)), ParameterGroup.of("y", List.of(a)));
    assertThatThrownBy(() -> new AdamW(CONFIG, twice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two parameters are called a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0    | 0.9 | 0.999 | 1e-8 | 0   | training.learningRate must be above 0 and at most 1000000.0, got 0.0
          NaN  | 0.9 | 0.999 | 1e-8 | 0   | training.learningRate must be above 0 and at most 1000000.0, got NaN
          1e-3 | 1   | 0.999 | 1e-8 | 0   | training.beta1 must be in [0, 1), got 1.0
          1e-3 | 0.9 | -0.1  | 1e-8 | 0   | training.beta2 must be in [0, 1), got -0.1
          1e-3 | 0.9 | 0.999 | 0    | 0   | training.epsilon must be in [1e-30, 1], got 0.0
          1e-3 | 0.9 | 0.999 | 1e-8 | -1  | training.weightDecay must be at least 0 and at most 1000000.0, got -1.0
          """)
  void refusesASettingOutOfBounds(
      double rate, double beta1, double beta2, double epsilon, double decay, String message) {
    assertThatThrownBy(() -> new AdamWConfig(rate, beta1, beta2, epsilon, decay))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }
}
