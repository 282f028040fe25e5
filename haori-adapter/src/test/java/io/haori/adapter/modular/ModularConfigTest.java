package io.haori.adapter.modular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.Targets;
import io.haori.core.check.UserError;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModularConfigTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ../food | 8 | 0  | 0  | modular.name must be letters, digits, dots, dashes and underscores, at most 100, not beginning with a dot, got ../food
          food    | 0 | 0  | 0  | modular.rank must be at least 1, got 0
          food    | 8 | 7  | 0  | modular.startRank must be 0 or at least the rank 8, got 7
          food    | 8 | 0  | -1 | modular.budget must be at least 0, got -1
          """)
  void rejectsABadValueByName(String name, int rank, int start, long budget, String message) {
    assertThatThrownBy(() -> new ModularConfig(name, rank, start, Map.of(), budget))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @Test
  void thePatternIsChecked() {
    assertThatThrownBy(() -> pattern(Map.of("(", 1)))
        .hasMessage(
            "modular.rankPattern must have valid regular expressions as keys, got ( (Unclosed"
                + " group)");
    assertThatThrownBy(() -> pattern(Map.of("query", 0)))
        .hasMessage("modular.rankPattern must be at least 1, got 0");
  }

  private static ModularConfig pattern(Map<String, Integer> ranks) {
    return new ModularConfig("food", 8, 0, ranks, 0);
  }

  @Test
  void layersBeginHalfAgainAsWideAsFarAsTheyGo() {
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary)) {
      Slot query = model.backbone().slots().get(0);
      int widest = Math.min(query.inputs(), query.outputs());
      assertThat(pattern(Map.of()).startRankOf(query)).isEqualTo(12);
      assertThat(pattern(Map.of("query", 3)).startRankOf(query)).isEqualTo(3);
      assertThat(new ModularConfig("food", 5, 0, Map.of(), 0).startRankOf(query)).isEqualTo(8);
      assertThat(new ModularConfig("food", 5, 10_000, Map.of(), 0).startRankOf(query))
          .isEqualTo(widest);
      assertThatThrownBy(() -> pattern(Map.of("query", 10_000)).startRankOf(query))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "modular.rankPattern must be at most %d on %s, got 10000"
                  .formatted(widest, query.name()));
      assertThatThrownBy(() -> new ModularConfig("food", 10_000, 0, Map.of(), 0).startRankOf(query))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "modular.rank must be at most %d on %s, got 10000".formatted(widest, query.name()));
    }
  }

  @Test
  void aBudgetBelowOneRankIsRefused() {
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary)) {
      List<Slot> slots = model.backbone().slots();
      long cost = (long) slots.get(0).inputs() + slots.get(0).outputs();
      assertThatThrownBy(() -> method(cost - 1).slots(slots))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "modular.budget must be at least %d, the numbers of one rank on the narrowest layer,"
                      .formatted(cost)
                  + " got "
                  + (cost - 1));
      assertThat(method(cost).slots(slots)).hasSameSizeAs(slots);
    }
  }

  private static ModularMethod method(long budget) {
    return new ModularMethod(
        new LoraMethod(LoraConfig.DEFAULT.withTargets(Targets.all())),
        ModularConfig.DEFAULT.withBudget(budget));
  }
}
