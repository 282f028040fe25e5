package io.haori.adapter.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Weight;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {
  private static final List<String> NAMES =
      List.of(
          "encoder.layer.0.attention.self.query",
          "encoder.layer.0.attention.output.dense",
          "encoder.layer.0.output.dense",
          "encoder.layer.11.attention.self.query",
          "pooler.dense");

  private static List<Slot> slots() {
    return NAMES.stream().map(TargetsTest::slot).toList();
  }

  private static Slot slot(String name) {
    Weight weight = Weight.of(name, Tensors.zeros(DType.F32, 2, 2));
    int layer = name.contains(".0.") ? 0 : name.contains(".11.") ? 11 : Slot.NO_LAYER;
    return new Slot(name, layer, weight, weight);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          all-linear                  ; 0 1 2 3 4
          query                       ; 0 3
          dense                       ; 1 2 4
          output.dense , query        ; 0 1 2 3
          attention.output.dense      ; 1
          pooler.dense                ; 4
          regex:.*\\.layer\\.0\\..*   ; 0 1 2
          regex:.*(query|pooler.*)    ; 0 3 4
          """)
  void areSelectedByPeftsRules(String text, String expected) {
    try (Scope scope = Scope.open()) {
      List<String> names =
          List.of(expected.split(" ")).stream()
              .map(index -> NAMES.get(Integer.parseInt(index)))
              .toList();
      Targets targets = Targets.parse(text);
      assertThat(targets.select(slots())).extracting(Slot::name).isEqualTo(names);
    }
  }

  @Test
  void namesThatOccurNowhereAreRefusedWithThoseThatDo() {
    try (Scope scope = Scope.open()) {
      Targets targets = Targets.parse("q_proj,uery");
      List<Slot> slots = slots();
      assertThatThrownBy(() -> targets.select(slots))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "targets must name layers of the base, one or more of [attention.self.query,"
                  + " attention.output.dense, output.dense, pooler.dense], got q_proj,uery");
    }
  }

  @Test
  void aBrokenRegularExpressionIsRefused() {
    assertThatThrownBy(() -> Targets.parse("regex:(query"))
        .isInstanceOf(UserError.class)
        .hasMessage("targets must be a valid regular expression, got (query (Unclosed group)");
  }

  @Test
  void noNamesAreRefused() {
    assertThatThrownBy(() -> Targets.parse(" , "))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "targets must be all-linear, a list of layer names or a regular expression, got"
                + " nothing");
  }

  @Test
  void readAsTheyAreWritten() {
    for (String text : List.of("all-linear", "query,value", "regex:.*key")) {
      assertThat(Targets.parse(text)).hasToString(text);
      assertThat(Targets.parse(Targets.parse(text).toString())).isEqualTo(Targets.parse(text));
    }
  }

  @Test
  void theUsualOnesHaveOtherNamesElsewhere() {
    try (Scope scope = Scope.open()) {
      List<Slot> distilBert =
          List.of(
              slot("transformer.layer.0.attention.q_lin"),
              slot("transformer.layer.0.attention.k_lin"),
              slot("transformer.layer.0.attention.v_lin"));
      assertThat(Targets.usual().select(distilBert))
          .extracting(Slot::nameInLayer)
          .containsExactly("attention.q_lin", "attention.v_lin");
      List<Slot> modernBert =
          List.of(slot("layers.0.attn.Wqkv"), slot("layers.0.attn.Wo"), slot("layers.0.mlp.Wi"));
      assertThat(Targets.usual().select(modernBert))
          .extracting(Slot::nameInLayer)
          .containsExactly("attn.Wqkv");
      // What was chosen is never replaced.
      assertThatThrownBy(() -> Targets.parse("key").select(modernBert))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "targets must name layers of the base, one or more of [attn.Wqkv, attn.Wo, mlp.Wi],"
                  + " got key");
    }
  }
}
