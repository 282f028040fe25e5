package io.haori.adapter.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.check.UserError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageTest {
  private static final List<String> SLOTS =
      List.of(
          "encoder.layer.8.attention.self.query",
          "encoder.layer.8.attention.self.value",
          "encoder.layer.9.attention.self.query",
          "encoder.layer.9.attention.self.value",
          "encoder.layer.10.attention.self.query",
          "encoder.layer.10.attention.self.value");

  private static Stage stage(double share) {
    return new Stage("top", share, Phase.GROWING, false, 1, 1, 0);
  }

  @Test
  void slotsOfOneLayerMoveTogetherFromTheTop() {
    assertThat(stage(0).moving(SLOTS)).isEmpty();
    assertThat(stage(0.3).moving(SLOTS)).containsExactlyElementsOf(SLOTS.subList(4, 6));
    assertThat(stage(0.5).moving(SLOTS)).containsExactlyElementsOf(SLOTS.subList(2, 6));
    assertThat(stage(1).moving(SLOTS)).containsExactlyElementsOf(SLOTS);
  }

  @Test
  void aSlotOutsideOfTheLayersStandsForItself() {
    List<String> slots = List.of("encoder.layer.0.output.dense", "pooler.dense");
    assertThat(stage(0.5).moving(slots)).containsExactly("pooler.dense");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -0.1 | 1 | 1   | 0  | top share of stage s must be in [0, 1], got -0.1
          NaN  | 1 | 1   | 0  | top share of stage s must be in [0, 1], got NaN
          1    | 0 | 1   | 0  | epochs of stage s must be at least 1, got 0
          1    | 1 | 0   | 0  | learning rate factor of stage s must be above 0 and at most 1000, got 0.0
          1    | 1 | NaN | 0  | learning rate factor of stage s must be above 0 and at most 1000, got NaN
          1    | 1 | 1   | -1 | patience of stage s must be at least 0, got -1
          """)
  void rejectsABadValueByName(double share, int epochs, double rate, int patience, String message) {
    assertThatThrownBy(() -> new Stage("s", share, Phase.FIXED, false, epochs, rate, patience))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }
}
