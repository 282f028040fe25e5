package io.haori.adapter.sparse;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.spi.Phase;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rule over steps whose gradients the test makes and that move every number a little. */
class SparseRuleTest {
  private static final int STEPS = 20;

  private static SparseConfig cubic(double sparsity, Structure structure, Score score, double l1) {
    return new SparseConfig(
        sparsity,
        structure,
        score,
        PruningScope.GLOBAL,
        new PruningSchedule(PruningSchedule.Shape.CUBIC, 0.2, 0.7),
        l1,
        1,
        List.of());
  }

  private static SparseRule rule(SmallModule small, SparseConfig config) {
    return new SparseRule(config, small.units(config.structure()), 5);
  }

  private static void step(SmallModule small, SparseRule rule, int step) {
    small.gradients(step);
    try (Scope scope = Scope.open()) {
      rule.beforeStep(step, STEPS);
      for (TrainedParameter trained : small.module.parameters()) {
        trained.parameter().value().addScaledInPlace(trained.parameter().gradient(), -0.01);
      }
      rule.afterStep(step, STEPS, 0.01);
    }
  }

  private static int zeros(SmallModule small) {
    int zeros = 0;
    for (float value : small.values()) {
      zeros += value == 0 ? 1 : 0;
    }
    return zeros;
  }

  @ParameterizedTest
  @EnumSource(Score.class)
  void takesAwayMoreAndMoreUntilTheTargetAndNoneComesBack(Score score) {
    try (SmallModule small = new SmallModule();
        SparseRule rule = rule(small, cubic(0.8, Structure.NONE, score, 0))) {
      int before = 0;
      for (int step = 1; step <= STEPS; step++) {
        float[] earlier = small.values();
        step(small, rule, step);
        float[] now = small.values();
        for (int i = 0; i < now.length; i++) {
          assertThat(earlier[i] == 0 && now[i] != 0).isFalse();
        }
        assertThat(zeros(small)).isGreaterThanOrEqualTo(before);
        before = zeros(small);
        assertThat(rule.isComplete()).isEqualTo(step >= 14);
      }
      assertThat(before).isEqualTo(24);
    }
  }

  @Test
  void whatIsGoneHasNoGradientAndTheRestKeepsItsOwn() {
    try (SmallModule small = new SmallModule();
        SparseRule rule =
            rule(
                small,
                SmallModule.config(0.5, Structure.NONE, Score.MAGNITUDE, PruningScope.GLOBAL))) {
      step(small, rule, 1);
      float[] values = small.values();
      small.gradients(2);
      float[] whole = small.units(Structure.NONE).gradients();
      rule.beforeStep(2, STEPS);
      float[] left = small.units(Structure.NONE).gradients();
      for (int i = 0; i < values.length; i++) {
        assertThat(left[i]).isEqualTo(values[i] == 0 ? 0 : whole[i]);
      }
    }
  }

  @Test
  void ranksGoAsAWhole() {
    try (SmallModule small = new SmallModule();
        SparseRule rule = rule(small, cubic(0.5, Structure.RANK, Score.SNIP, 0))) {
      for (int step = 1; step <= STEPS; step++) {
        step(small, rule, step);
      }
      int gone = 0;
      for (String slot : List.of(SmallModule.FIRST, SmallModule.SECOND)) {
        for (int rank = 0; rank < 2; rank++) {
          float[] a = small.value(slot, "lora_A").select(0, rank).toFloats();
          float[] b = small.value(slot, "lora_B").select(1, rank).toFloats();
          boolean dead = a[0] == 0;
          for (float value : a) {
            assertThat(value == 0).isEqualTo(dead);
          }
          for (float value : b) {
            assertThat(value == 0).isEqualTo(dead);
          }
          gone += dead ? a.length + b.length : 0;
        }
      }
      assertThat(gone).isBetween(10, 15);
    }
  }

  @Test
  void aGrowingPhaseIsLeftAlone() {
    try (SmallModule small = new SmallModule();
        SmallModule untouched = new SmallModule();
        SparseRule rule = rule(small, cubic(0.8, Structure.NONE, Score.SNIP, 0.5))) {
      rule.begin(Phase.GROWING);
      for (int step = 1; step <= STEPS; step++) {
        step(small, rule, step);
        untouched.gradients(step);
        for (TrainedParameter trained : untouched.module.parameters()) {
          trained.parameter().value().addScaledInPlace(trained.parameter().gradient(), -0.01);
        }
      }
      assertThat(small.values()).isEqualTo(untouched.values());
      assertThat(rule.isComplete()).isTrue();
    }
  }

  @Test
  void aFixedPhaseKeepsTheZerosThatTheL1PenaltyLeft() {
    try (SmallModule small = new SmallModule();
        SparseRule rule = rule(small, cubic(0, Structure.NONE, Score.SNIP, 1))) {
      for (int step = 1; step <= STEPS; step++) {
        step(small, rule, step);
      }
      int before = zeros(small);
      assertThat(before).isBetween(1, 29);
      float[] shaped = small.values();
      rule.begin(Phase.FIXED);
      step(small, rule, 1);
      assertThat(zeros(small)).isEqualTo(before);
      assertThat(small.values()).isNotEqualTo(shaped);
    }
  }

  @Test
  void theL1PenaltyEndsWithThePruning() {
    try (SmallModule with = new SmallModule();
        SmallModule without = new SmallModule();
        SparseRule penalty = rule(with, cubic(0.5, Structure.NONE, Score.RANDOM, 0.3));
        SparseRule none = rule(without, cubic(0.5, Structure.NONE, Score.RANDOM, 0))) {
      for (int step = 1; step <= 14; step++) {
        step(with, penalty, step);
        step(without, none, step);
      }
      float[] before = with.values();
      float[] beforeWithout = without.values();
      assertThat(before).isNotEqualTo(beforeWithout);
      step(with, penalty, 15);
      step(without, none, 15);
      float[] after = with.values();
      float[] afterWithout = without.values();
      for (int i = 0; i < after.length; i++) {
        assertThat(after[i] - before[i])
            .isCloseTo(
                afterWithout[i] - beforeWithout[i], org.assertj.core.api.Assertions.within(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Score.class)
  void aStateThatIsRestoredGoesOnInTheSameBits(Score score) {
    SparseConfig config = cubic(0.8, Structure.RANK, score, 0.1);
    for (int stop = 0; stop <= STEPS; stop++) {
      try (SmallModule straight = new SmallModule();
          SmallModule resumed = new SmallModule();
          SparseRule first = rule(straight, config);
          SparseRule second = rule(resumed, config)) {
        for (int step = 1; step <= stop; step++) {
          step(straight, first, step);
        }
        copy(straight, resumed);
        second.begin(Phase.SHAPING);
        second.restore(new TreeMap<>(first.state()));
        assertThat(second.isComplete()).isEqualTo(first.isComplete());
        for (int step = stop + 1; step <= STEPS; step++) {
          step(straight, first, step);
          step(resumed, second, step);
        }
        assertThat(resumed.values()).isEqualTo(straight.values());
      }
    }
  }

  @Test
  void aStateBeforeThePruningBringsEverythingBack() {
    try (SmallModule small = new SmallModule();
        SparseRule rule =
            rule(
                small,
                SmallModule.config(0.5, Structure.NONE, Score.MAGNITUDE, PruningScope.GLOBAL))) {
      Map<String, Tensor> before = rule.state();
      step(small, rule, 1);
      assertThat(zeros(small)).isEqualTo(15);
      rule.restore(before);
      assertThat(rule.isComplete()).isFalse();
      small.gradients(2);
      float[] whole = small.units(Structure.NONE).gradients();
      rule.beforeStep(2, STEPS);
      assertThat(small.units(Structure.NONE).gradients()).isEqualTo(whole);
    }
  }

  private static void copy(SmallModule from, SmallModule to) {
    for (int i = 0; i < from.module.parameters().size(); i++) {
      to.module
          .parameters()
          .get(i)
          .parameter()
          .value()
          .copyInPlace(from.module.parameters().get(i).parameter().value());
    }
  }
}
