package io.haori.model.weights;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.core.weights.FiniteNumbers;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiniteNumbersTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "F32, NaN, NaN",
    "F64, NaN, NaN",
    "F16, NaN, NaN",
    "BF16, NaN, NaN",
    "F32, -Infinity, -Infinity",
    "F64, Infinity, Infinity",
    "F16, -Infinity, -Infinity",
    "BF16, Infinity, Infinity",
    "F16, 1e6, Infinity"
  })
  void namesTheTensorThatHoldsNone(DType dtype, double bad, String shown) {
    Path file = temporary.resolve("numbers.safetensors");
    try (Scope scope = Scope.open()) {
      Tensor sound = Tensors.full(3, dtype, 5);
      Tensor unsound = Tensors.full(1, dtype, 2, 3);
      unsound.select(0, 1).narrow(0, 2, 1).copyInPlace(Tensors.full(bad, dtype, 1));
      SafetensorsWriter.write(file, Map.of("a", sound, "layer.lora_B", unsound), Map.of());
    }

    assertThatThrownBy(() -> FiniteNumbers.require(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": 'layer.lora_B' must hold finite numbers, got " + shown);
  }

  @Test
  void theGreatestNumbersOfEachTypeAndWholeNumbersPass() {
    Path file = temporary.resolve("numbers.safetensors");
    try (Scope scope = Scope.open()) {
      SafetensorsWriter.write(
          file,
          Map.of(
              "half", Tensors.full(65504, DType.F16, 3),
              "brain", Tensors.full(3.3e38, DType.BF16, 3),
              "single", Tensors.full(Float.MAX_VALUE, DType.F32, 700_000),
              "double", Tensors.full(Double.MAX_VALUE, DType.F64, 3),
              "ids", Tensors.of(new long[] {-1, Long.MAX_VALUE}, 2)),
          Map.of());
    }

    assertThatCode(() -> FiniteNumbers.require(file)).doesNotThrowAnyException();
  }
}
