package io.haori.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.model.weights.Weights;
import io.haori.tensor.AvailableMemory;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.quant.BasePrecision;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseMemoryTest {
  private static final long MATRIX = 1_000 * 64;
  private static final long OTHER = 64;
  private static final long[] SIDE = {100_000, 10_000};

  @TempDir Path folder;
  private Weights weights;

  @BeforeEach
  void write() {
    Path file = folder.resolve("model.safetensors");
    try (Scope scope = Scope.open()) {
      SafetensorsWriter.write(
          file,
          Map.of(
              "matrix", Tensors.zeros(DType.F16, 1_000, 64), "norm", Tensors.zeros(DType.F32, 64)),
          Map.of());
    }
    weights = SafetensorsFile.open(file);
  }

  @AfterEach
  void close() {
    weights.close();
  }

  @Test
  void whatIsKeptAndTheLargestTensorAsItIsStoredAreCounted() {
    assertThat(BaseMemory.bytes(weights, BasePrecision.FP32))
        .isEqualTo(4 * (MATRIX + OTHER) + 2 * MATRIX);
    assertThat(BaseMemory.bytes(weights, BasePrecision.BF16))
        .isEqualTo(2 * (MATRIX + OTHER) + 2 * MATRIX);
  }

  @Test
  void fourBitsTakeHalfAByteAndTheirScales() {
    long other = BasePrecision.INT4.otherWeights().bytes();
    assertThat(BaseMemory.bytes(weights, BasePrecision.INT4))
        .isEqualTo(MATRIX / 2 + MATRIX / 16 + other * OTHER + (2 + 4) * MATRIX);
  }

  @Test
  void aBaseThatFitsIsOpened() {
    long needed = BaseMemory.bytes(weights, BasePrecision.FP32);
    assertThatCode(
            () -> {
              require(OptionalLong.of(needed));
              require(OptionalLong.empty());
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aBaseWithoutRoomIsRefusedWithWhatTakesLess() {
    try (Weights large = new Stored(Map.of("matrix", new long[] {1_000_000, 10_000}))) {
      assertThatThrownBy(
              () ->
                  BaseMemory.requireRoom(
                      "plant-lm", large, BasePrecision.FP32, OptionalLong.of(12_340_000_000L)))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "free memory must be at least 55.9 GB for base plant-lm in fp32, got 11.5 GB");
      assertThatThrownBy(
              () ->
                  BaseMemory.requireRoom(
                      "plant-lm",
                      new Stored(Map.of("a", SIDE, "b", SIDE, "c", SIDE, "d", SIDE)),
                      BasePrecision.FP32,
                      OptionalLong.of(100)))
          .hasMessage(
              "free memory must be at least 16.8 GB for base plant-lm in fp32, got 0.0 GB;"
                  + " basePrecision int4 takes 7.7 GB");
    }
  }

  @Test
  void theSystemSaysWhatIsFree() {
    OptionalLong free = AvailableMemory.bytes();
    if (System.getProperty("os.name").startsWith("Linux")) {
      assertThat(free.orElseThrow()).isPositive();
    } else {
      assertThat(free).isEmpty();
    }
  }

  /** Headers without what they are about. */
  private record Stored(Map<String, long[]> shapes) implements Weights {
    @Override
    public Set<String> names() {
      return shapes.keySet();
    }

    @Override
    public boolean contains(String name) {
      return shapes.containsKey(name);
    }

    @Override
    public long[] shape(String name) {
      return shapes.getOrDefault(name, new long[0]);
    }

    @Override
    public DType dtype(String name) {
      return DType.F16;
    }

    @Override
    public Tensor load(String name) {
      throw new AssertionError("nothing may be read");
    }

    @Override
    public void close() {}
  }

  private void require(OptionalLong available) {
    BaseMemory.requireRoom("plant-lm", weights, BasePrecision.FP32, available);
  }
}
