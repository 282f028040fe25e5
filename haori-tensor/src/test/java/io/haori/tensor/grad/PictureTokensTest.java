package io.haori.tensor.grad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only bases that read pictures compute, with its derivatives. */
class PictureTokensTest {
  private static final int WIDTH = 3;
  private static final int PICTURES = 2;

  @Test
  void learntTokensLeadThePatchesOfEachPicture() {
    try (Scope scope = Scope.open();
        Weight first = Weight.of("first", Tensors.of(new float[] {1, 2}, 1, 1, 2));
        Weight registers = Weight.of("registers", Tensors.of(new float[] {7, 7, 8, 8}, 1, 2, 2));
        Weight table = Weight.of("table", Tensors.of(new float[] {10, 10, 20, 20, 30, 30}, 3, 2))) {
      PictureTokens tokens = new PictureTokens(List.of(first), registers, table);
      Tape tape = Tape.inference(DType.F32);
      Variable patches = tape.constant(Tensors.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2));

      float[] all = tokens.apply(tape, patches, 2, null).value().toFloats();

      assertThat(tokens.leadingTokens()).isEqualTo(3);
      assertThat(all)
          .containsExactly(11, 12, 7, 7, 8, 8, 21, 22, 33, 34, 11, 12, 7, 7, 8, 8, 25, 26, 37, 38);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsOfTokensPlacesAndPatchesAreFiniteDifferences(boolean interpolated) {
    int usual = 4;
    int patches = interpolated ? 3 : usual;
    try (Scope scope = Scope.open();
        Weight first = normal("first", 1, 1, 1, WIDTH);
        Weight second = normal("second", 2, 1, 1, WIDTH);
        Weight registers = normal("registers", 3, 1, 2, WIDTH);
        Weight table = normal("table", 4, 1, 2 + usual, WIDTH)) {
      PictureTokens tokens = new PictureTokens(List.of(first, second), registers, table);
      Tensor matrix = interpolated ? Tensors.normal(new Random(5), 1, patches, usual) : null;
      Tensor x = Tensors.normal(new Random(6), 1, PICTURES * (long) patches, WIDTH);
      assertGradients(
          x, tokens.weights(), (tape, input) -> tokens.apply(tape, input, PICTURES, matrix));
    }
  }

  @Test
  void gradientsOfScaledColumnsAreFiniteDifferences() {
    try (Scope scope = Scope.open();
        Weight gain = normal("gain", 7, WIDTH)) {
      Tensor x = Tensors.normal(new Random(8), 1, 5, WIDTH);
      assertGradients(x, List.of(gain), (tape, input) -> ColumnScale.apply(tape, input, gain));
    }
  }

  /** A convolution whose windows do not overlap. */
  @Test
  void gradientsOfAMatrixOfMoreDimensionsAreFiniteDifferences() {
    try (Scope scope = Scope.open();
        Weight weight = normal("weight", 9, 2, 3, 2, 2);
        Weight bias = normal("bias", 10, 2)) {
      Tensor x = Tensors.normal(new Random(11), 1, 4, 12);
      assertGradients(
          x, List.of(weight, bias), (tape, input) -> Linear.apply(tape, input, weight, bias));
    }
  }

  private static Weight normal(String name, int seed, long... shape) {
    return Weight.of(name, Tensors.normal(new Random(seed), 1, shape));
  }

  private interface Part {
    Variable apply(Tape tape, Variable input);
  }

  /** Of the sum of the output, each number weighted differently. */
  private static void assertGradients(Tensor x, List<Weight> weights, Part part) {
    List<Parameter> parameters = new ArrayList<>();
    weights.forEach(weight -> parameters.addAll(weight.makeTrainable()));
    try (Tape tape = Tape.recording(DType.F32, 1)) {
      Variable in = tape.variable(x, true);
      Variable out = part.apply(tape, in);
      Tensor factors = Tensors.normal(new Random(12), 1, out.value().shape());
      out.accumulate(factors.copy());
      tape.backwardFromGradients();
      DoubleSupplier sum =
          () -> {
            try (Tape forward = Tape.inference(DType.F32)) {
              return part.apply(forward, forward.constant(x)).value().mul(factors).sum().item();
            }
          };
      assertFinite("input", x, in.requireGradient(), sum);
      for (Parameter parameter : parameters) {
        assertFinite(parameter.name(), parameter.value(), parameter.gradient(), sum);
      }
    }
  }

  private static void assertFinite(String what, Tensor value, Tensor gradient, DoubleSupplier sum) {
    float[] numbers = value.toFloats();
    float[] got = gradient.contiguous().toFloats();
    for (int i = 0; i < numbers.length; i++) {
      float kept = numbers[i];
      double[] sums = new double[2];
      for (int side = 0; side < 2; side++) {
        numbers[i] = kept + (side == 0 ? 1e-2f : -1e-2f);
        value.copyInPlace(Tensors.of(numbers, value.shape()));
        sums[side] = sum.getAsDouble();
      }
      numbers[i] = kept;
      value.copyInPlace(Tensors.of(numbers, value.shape()));
      assertThat((double) got[i])
          .as(what + "[" + i + "]")
          .isCloseTo((sums[0] - sums[1]) / 2e-2, within(5e-3));
    }
  }
}
