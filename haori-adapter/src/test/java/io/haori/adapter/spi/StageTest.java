package io.haori.adapter.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Weight;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageTest {
  private static final List<Slot> SLOTS =
      List.of(
          slot("encoder.layer.8.attention.self.query", 8),
          slot("encoder.layer.8.attention.self.value", 8),
          slot("encoder.layer.9.attention.self.query", 9),
          slot("encoder.layer.9.attention.self.value", 9),
          slot("encoder.layer.10.attention.self.query", 10),
          slot("encoder.layer.10.attention.self.value", 10));

  private static Slot slot(String name, int layer) {
    return new Slot(name, layer, Weight.of(name, Tensors.zeros(DType.F32, 1, 1)), null);
  }

  private static List<String> names(int from, int to) {
    return SLOTS.subList(from, to).stream().map(Slot::name).toList();
  }

  private static Stage stage(double share) {
    return new Stage("top", share, Phase.GROWING, false, 1, 1, 0);
  }

  @Test
  void slotsOfOneLayerMoveTogetherFromTheTop() {
    assertThat(stage(0).moving(SLOTS)).isEmpty();
    assertThat(stage(0.3).moving(SLOTS)).containsExactlyElementsOf(names(4, 6));
    assertThat(stage(0.5).moving(SLOTS)).containsExactlyElementsOf(names(2, 6));
    assertThat(stage(1).moving(SLOTS)).containsExactlyElementsOf(names(0, 6));
  }

  @Test
  void aSlotOutsideOfTheLayersMovesAlone() {
    List<Slot> slots =
        List.of(slot("encoder.layer.0.output.dense", 0), slot("pooler.dense", Slot.NO_LAYER));
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
