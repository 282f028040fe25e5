package io.haori.adapter.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.spi.Targets;
import io.haori.tensor.Tensor;
import org.junit.jupiter.api.Test;

class SoftThresholdTest {
  @Test
  void aNumberIsDrawnToZeroAndNotBeyond() {
    try (SmallModule small = new SmallModule()) {
      float[] before = small.values();
      SoftThreshold.apply(small.units(Structure.NONE), 0.4);
      float[] after = small.values();
      int zeros = 0;
      for (int i = 0; i < before.length; i++) {
        float expected = Math.signum(before[i]) * Math.max(Math.abs(before[i]) - 0.4f, 0);
        assertThat(after[i]).isCloseTo(expected, within(1e-6f));
        assertThat(after[i] == 0).isEqualTo(Math.abs(before[i]) <= 0.4f);
        zeros += after[i] == 0 ? 1 : 0;
      }
      assertThat(zeros).isBetween(1, before.length - 1);
    }
  }

  @Test
  void aParameterThatLearnsFasterIsDrawnFaster() {
    LoraConfig usual = LoraConfig.DEFAULT.withRank(2, 3).withTargets(Targets.all());
    LoraConfig plus =
        new LoraConfig(
            2, 3, 0, false, 4, usual.targets(), usual.rankPattern(), usual.alphaPattern());
    try (SmallModule small = new SmallModule(plus)) {
      Tensor before = small.value(SmallModule.FIRST, "lora_B").copy();
      SoftThreshold.apply(small.units(Structure.NONE), 0.05);
      float[] were = before.toFloats();
      float[] are = small.value(SmallModule.FIRST, "lora_B").toFloats();
      for (int i = 0; i < were.length; i++) {
        float expected = Math.signum(were[i]) * Math.max(Math.abs(were[i]) - 0.2f, 0);
        assertThat(are[i]).isCloseTo(expected, within(1e-6f));
      }
    }
  }

  @Test
  void aRankIsShrunkAsAWhole() {
    try (SmallModule small = new SmallModule()) {
      double[] norms = new double[2];
      for (int rank = 0; rank < 2; rank++) {
        norms[rank] = norm(small, rank);
      }
      int least = norms[0] < norms[1] ? 0 : 1;
      // Five numbers a rank of the first layer: the lesser one goes, the greater one stays.
      double threshold = (norms[0] + norms[1]) / 2;
      Tensor a = small.value(SmallModule.FIRST, "lora_A").copy();
      SoftThreshold.apply(small.units(Structure.RANK), threshold / Math.sqrt(5));
      assertThat(norm(small, least)).isZero();
      double left = norms[1 - least] - threshold;
      assertThat(norm(small, 1 - least)).isCloseTo(left, within(1e-5));
      float[] expected = a.select(0, 1 - least).mul(left / norms[1 - least]).toFloats();
      assertThat(small.value(SmallModule.FIRST, "lora_A").select(0, 1 - least).toFloats())
          .containsExactly(expected, within(1e-6f));
    }
  }

  private static double norm(SmallModule small, int rank) {
    Tensor a = small.value(SmallModule.FIRST, "lora_A").select(0, rank);
    Tensor b = small.value(SmallModule.FIRST, "lora_B").select(1, rank);
    return Math.sqrt(a.square().sum().item() + b.square().sum().item());
  }
}
