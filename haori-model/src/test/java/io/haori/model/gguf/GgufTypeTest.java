package io.haori.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.testkit.Golden;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks give the floats that llama.cpp's Python package gives. */
class GgufTypeTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource(names = {"Q8_0", "Q4_0", "Q4_K", "Q6_K"})
  void blocksAreTheFloatsOfTheReference(GgufType type) {
    try (GgufFile file = GgufFile.open(Golden.file("gguf/blocks.gguf", temporary));
        Scope scope = Scope.open()) {
      assertThat(file.type(type.name())).isEqualTo(type);
      float[] wanted = file.load(type + ".floats").toFloats();
      float[] found = file.load(type.name()).toFloats();
      assertThat(file.load(type.name()).dtype()).isEqualTo(DType.F32);
      assertThat(found).hasSize(wanted.length);
      for (int i = 0; i < wanted.length; i++) {
        // The reference rounds a product of two floats in another order.
        assertThat(found[i]).isCloseTo(wanted[i], within(1e-6f + Math.abs(wanted[i]) * 1e-6f));
      }
    }
  }

  @Test
  void halvesAreFloats() {
    assertThat(GgufType.half((short) 0x3C00)).isEqualTo(1);
    assertThat(GgufType.half((short) 0xC000)).isEqualTo(-2);
    assertThat(GgufType.half((short) 0x0001)).isEqualTo(0x1p-24f);
    assertThat(GgufType.half((short) 0x8001)).isEqualTo(-0x1p-24f);
    assertThat(GgufType.half((short) 0x7BFF)).isEqualTo(65504);
    assertThat(GgufType.half((short) 0x7C00)).isInfinite();
    assertThat(GgufType.half((short) 0x7E00)).isNaN();
  }
}
