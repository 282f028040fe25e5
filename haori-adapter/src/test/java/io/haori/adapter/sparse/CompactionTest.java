package io.haori.adapter.sparse;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.RowRange;
import io.haori.adapter.spi.Targets;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Taking zeros out of the tensors changes no answer. */
class CompactionTest {
  private static LoraConfig config(boolean rankStabilized) {
    return new LoraConfig(
        2, 6, 0, rankStabilized, 1, Targets.all(), Map.of("dense", 3), Map.of("dense", 5.0));
  }

  private static AdapterModule compact(SmallModule small) {
    return Compaction.of(small.module, small.method, SparseConfig.DEFAULT, small.slots);
  }

  private static void kill(SmallModule small, String slot, int rank) {
    small.value(slot, "lora_A").select(0, rank).zeroInPlace();
    small.value(slot, "lora_B").select(1, rank).zeroInPlace();
  }

  private static Tensor added(AdaptedLinear layer, long inputs, long outputs) {
    Tensor x = Tensors.normal(new Random(4), 1, 5, inputs);
    Tape tape = Tape.inference(DType.F32);
    var y = tape.constant(Tensors.zeros(DType.F32, 5, outputs));
    return layer.adapt(tape, tape.constant(x), y, 0, RowRange.all(x)).value();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ranksOfZerosLeaveTheTensorsAndTheScaleStays(boolean rankStabilized) {
    try (SmallModule small = new SmallModule(config(rankStabilized))) {
      kill(small, SmallModule.FIRST, 0);
      kill(small, SmallModule.SECOND, 1);
      try (AdapterModule compact = compact(small)) {
        AdaptedLinear first = compact.layers().get(SmallModule.FIRST);
        AdaptedLinear second = compact.layers().get(SmallModule.SECOND);
        assertThat(first.tensors().get("lora_A.weight").shape()).containsExactly(1, 3);
        assertThat(first.tensors().get("lora_B.weight").shape()).containsExactly(2, 1);
        assertThat(second.tensors().get("lora_A.weight").shape()).containsExactly(2, 4);
        assertClose(
            "first",
            added(first, 3, 2),
            added(small.module.layers().get(SmallModule.FIRST), 3, 2),
            1e-6,
            1e-7);
        assertClose(
            "second",
            added(second, 4, 6),
            added(small.module.layers().get(SmallModule.SECOND), 4, 6),
            1e-6,
            1e-7);
        assertThat(compact.method().name()).isEqualTo("sparse");
        LoraConfig kept = ((LoraMethod) compact.method().undecorated()).config();
        assertThat(kept.rankOf(SmallModule.FIRST)).isEqualTo(1);
        assertThat(kept.rankOf(SmallModule.SECOND)).isEqualTo(2);
      }
    }
  }

  @Test
  void aLayerOfZerosIsNotAdaptedAnyMore() {
    try (SmallModule small = new SmallModule()) {
      kill(small, SmallModule.FIRST, 0);
      kill(small, SmallModule.FIRST, 1);
      try (AdapterModule compact = compact(small)) {
        assertThat(compact.layers()).containsOnlyKeys(SmallModule.SECOND);
        assertThat(compact.method().slots(small.slots)).containsExactly(small.slots.get(1));
      }
    }
  }

  @Test
  void aModuleWithoutZerosStaysAsItIs() {
    try (SmallModule small = new SmallModule()) {
      // Zeros here and there are no rank of zeros.
      small.value(SmallModule.FIRST, "lora_A").zeroInPlace();
      assertThat(compact(small)).isSameAs(small.module);
    }
  }

  @Test
  void nothingLeftIsRefused() {
    try (SmallModule small = new SmallModule()) {
      for (int rank = 0; rank < 2; rank++) {
        kill(small, SmallModule.FIRST, rank);
        kill(small, SmallModule.SECOND, rank);
      }
      assertThatThrownBy(() -> compact(small))
          .isInstanceOf(UserError.class)
          .hasMessage("sparse.l1 must be low enough to leave something, got 0.0");
    }
  }
}
