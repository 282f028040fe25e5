package io.haori.adapter.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.spi.Targets;
import io.haori.core.check.UserError;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PruningTest {
  private static boolean[] all(int count) {
    boolean[] all = new boolean[count];
    Arrays.fill(all, true);
    return all;
  }

  private static int count(boolean[] kept) {
    int count = 0;
    for (boolean one : kept) {
      count += one ? 1 : 0;
    }
    return count;
  }

  @ParameterizedTest
  @CsvSource({"0, 30", "0.5, 15", "0.9, 3", "0.95, 2", "0.97, 1", "0.016, 30", "0.018, 29"})
  void keepsTheShareOfEqualUnitsRounded(double sparsity, int kept) {
    try (SmallModule small = new SmallModule()) {
      Units units = small.units(Structure.NONE);
      float[] scores = new float[units.count()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = i % 7 - 3;
      }
      boolean[] chosen =
          Pruning.keep(units, scores, all(scores.length), PruningScope.GLOBAL, sparsity);
      assertThat(count(chosen)).isEqualTo(kept);
      float least = Float.MAX_VALUE;
      float greatestGone = -Float.MAX_VALUE;
      for (int i = 0; i < scores.length; i++) {
        least = chosen[i] ? Math.min(least, scores[i]) : least;
        greatestGone = chosen[i] ? greatestGone : Math.max(greatestGone, scores[i]);
      }
      assertThat(least).isGreaterThanOrEqualTo(greatestGone);
    }
  }

  @Test
  void keepsTheFirstOfEqualScores() {
    try (SmallModule small = new SmallModule()) {
      Units units = small.units(Structure.NONE);
      boolean[] chosen = Pruning.keep(units, new float[30], all(30), PruningScope.GLOBAL, 0.9);
      boolean[] first = new boolean[30];
      Arrays.fill(first, 0, 3, true);
      assertThat(chosen).isEqualTo(first);
    }
  }

  @Test
  void whatIsGoneStaysGone() {
    try (SmallModule small = new SmallModule()) {
      Units units = small.units(Structure.RANK);
      boolean[] alive = {false, true, true, true};
      float[] scores = {100, 1, 2, 3};
      assertThat(Pruning.keep(units, scores, alive, PruningScope.GLOBAL, 0.1))
          .containsExactly(false, true, true, true);
    }
  }

  @Test
  void layersCompeteForWhatAModuleKeeps() {
    try (SmallModule small = new SmallModule()) {
      Units units = small.units(Structure.RANK);
      // Of 30 numbers 15 may stay, and the second unit of 10 passes that by half of itself.
      float[] scores = {1, 0.5f, 90, 3};
      assertThat(Pruning.keep(units, scores, all(4), PruningScope.GLOBAL, 0.5))
          .containsExactly(false, false, true, true);
      assertThat(Pruning.keep(units, scores, all(4), PruningScope.LAYER, 0.5))
          .containsExactly(true, false, true, false);
    }
  }

  @Test
  void aUnitIsWorthItsScoreForWhatItCosts() {
    try (SmallModule small = new SmallModule()) {
      Units units = small.units(Structure.LAYER);
      // 6 for 10 numbers is more than 11 for 20.
      assertThat(Pruning.keep(units, new float[] {6, 11}, all(2), PruningScope.GLOBAL, 0.6))
          .containsExactly(true, false);
      assertThat(Pruning.keep(units, new float[] {6, 13}, all(2), PruningScope.GLOBAL, 0.3))
          .containsExactly(false, true);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NONE  | GLOBAL | 0.99 | sparse.sparsity must be low enough to leave at least 1 of 30 numbers of the module, got 0.99
          RANK  | GLOBAL | 0.92 | sparse.sparsity must be low enough to leave at least 1 of 4 components of the module, got 0.92
          RANK  | LAYER  | 0.8  | sparse.sparsity must be low enough to leave at least 1 of 2 components of encoder.layer.0.attention.self.query, got 0.8
          LAYER | GLOBAL | 0.9  | sparse.sparsity must be low enough to leave at least 1 of 2 layers of the module, got 0.9
          """)
  void aSparsityThatLeavesNothingIsRefused(
      Structure structure, PruningScope scope, double sparsity, String message) {
    try (SmallModule small = new SmallModule()) {
      SparseConfig config = SmallModule.config(sparsity, structure, Score.RANDOM, scope);
      SparseMethod method = SparseMethod.of(small.method, config);
      assertThatThrownBy(() -> method.rule(small.module, 1))
          .isInstanceOf(UserError.class)
          .hasMessage(message);
    }
  }

  @Test
  void aBudgetBelowOneRankIsRefused() {
    LoraConfig single = LoraConfig.DEFAULT.withRank(1, 1).withTargets(Targets.all());
    try (SmallModule small = new SmallModule(single)) {
      SparseConfig config =
          SmallModule.config(0.6, Structure.RANK, Score.RANDOM, PruningScope.LAYER);
      SparseMethod method = SparseMethod.of(small.method, config);
      assertThatThrownBy(() -> method.rule(small.module, 1))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "sparse.sparsity must be low enough to leave at least 1 of 1 components of"
                  + " encoder.layer.0.attention.self.query, got 0.6");
    }
  }
}
