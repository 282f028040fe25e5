package io.haori.tensor.grad;

import static io.haori.tensor.grad.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RmsNormTest {
  private static final int TOKENS = 3;
  private static final double EPSILON = 1e-3;

  @Test
  void aRowHasTheRootMeanSquareOfItsGain() {
    try (Scope scope = Scope.open();
        Weight gain = Weight.of("gain", Tensors.of(new float[] {1, 2, -1}, 3))) {
      Tape tape = Tape.inference(DType.F32);
      Variable x = tape.constant(Tensors.of(new float[] {3, 0, 4}, 1, 3));
      Variable y = RmsNorm.apply(tape, x, gain, 0);
      float root = (float) Math.sqrt(25 / 3.0);
      assertClose(
          "row", y.value(), Tensors.of(new float[] {3 / root, 0, -4 / root}, 1, 3), 1e-6, 1e-7);
    }
  }

  @Test
  void gradientsOfRowsAndGainAreFiniteDifferences() {
    try (Scope scope = Scope.open();
        Weight gain = Weight.of("gain", Tensors.normal(new Random(1), 1, 5))) {
      Tensor x = Tensors.normal(new Random(2), 1, TOKENS, 5);
      assertGradients(
          x, List.of(gain), (tape, input) -> RmsNorm.apply(tape, input, gain, EPSILON), 5);
    }
  }

  @Test
  void gradientsOfHeadsAreFiniteDifferencesAndValuesStay() {
    int depth = 4;
    int columns = 3 * depth + 5;
    try (Scope scope = Scope.open();
        Weight query = Weight.of("query", Tensors.normal(new Random(3), 1, depth));
        Weight key = Weight.of("key", Tensors.normal(new Random(4), 1, depth))) {
      Tensor x = Tensors.normal(new Random(5), 1, TOKENS, columns);
      Tape plain = Tape.inference(DType.F32);
      Tensor y = HeadNorm.apply(plain, plain.constant(x), 2, 1, query, key, EPSILON).value();
      assertThat(y.narrow(1, 3L * depth, 5).equalTo(x.narrow(1, 3L * depth, 5))).isTrue();
      for (int head = 0; head < 3; head++) {
        Variable one = plain.constant(x.narrow(1, (long) head * depth, depth).contiguous());
        Tensor alone = RmsNorm.apply(plain, one, head < 2 ? query : key, EPSILON).value();
        assertClose("head " + head, y.narrow(1, (long) head * depth, depth), alone, 1e-6, 1e-7);
      }
      assertGradients(
          x,
          List.of(query, key),
          (tape, input) -> HeadNorm.apply(tape, input, 2, 1, query, key, EPSILON),
          columns);
    }
  }

  private interface Part {
    Variable apply(Tape tape, Variable input);
  }

  /** Of the sum of the output, each column weighted differently. */
  private static void assertGradients(Tensor x, List<Weight> gains, Part part, int columns) {
    Tensor weights = Tensors.normal(new Random(6), 1, TOKENS, columns);
    List<Parameter> parameters =
        gains.stream().flatMap(gain -> gain.makeTrainable().stream()).toList();
    try (Tape tape = Tape.recording(DType.F32, 1)) {
      Variable in = tape.variable(x, true);
      Variable out = part.apply(tape, in);
      out.accumulate(weights.copy());
      tape.backwardFromGradients();
      Supplier<Double> sum =
          () -> {
            try (Tape forward = Tape.inference(DType.F32)) {
              return part.apply(forward, forward.constant(x)).value().mul(weights).sum().item();
            }
          };
      assertFinite("rows", x, in.requireGradient(), sum);
      for (Parameter parameter : parameters) {
        assertFinite(parameter.name(), parameter.value(), parameter.gradient(), sum);
      }
    }
  }

  private static void assertFinite(
      String what, Tensor value, Tensor gradient, Supplier<Double> sum) {
    float[] numbers = value.toFloats();
    float[] got = gradient.toFloats();
    for (int i = 0; i < numbers.length; i++) {
      float kept = numbers[i];
      double[] sums = new double[2];
      for (int side = 0; side < 2; side++) {
        numbers[i] = kept + (side == 0 ? 1e-2f : -1e-2f);
        value.copyInPlace(Tensors.of(numbers, value.shape()));
        sums[side] = sum.get();
      }
      numbers[i] = kept;
      value.copyInPlace(Tensors.of(numbers, value.shape()));
      assertThat((double) got[i])
          .as(what + "[" + i + "]")
          .isCloseTo((sums[0] - sums[1]) / 2e-2, within(5e-3));
    }
  }
}
