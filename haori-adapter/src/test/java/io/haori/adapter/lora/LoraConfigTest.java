package io.haori.adapter.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.spi.Targets;
import io.haori.core.check.UserError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraConfigTest {
  private static final Targets TARGETS = Targets.all();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | 16       | 0   | 1   | lora.rank must be at least 1, got 0
          8 | 0        | 0   | 1   | lora.alpha must be finite and above 0, got 0.0
          8 | NaN      | 0   | 1   | lora.alpha must be finite and above 0, got NaN
          8 | Infinity | 0   | 1   | lora.alpha must be finite and above 0, got Infinity
          8 | 16       | 1   | 1   | lora.dropout must be in [0, 1), got 1.0
          8 | 16       | NaN | 1   | lora.dropout must be in [0, 1), got NaN
          8 | 16       | 0   | 0.5 | lora.learningRateRatio must be finite and at least 1, got 0.5
          """)
  void rejectsABadValueByName(
      int rank, double alpha, double dropout, double ratio, String message) {
    assertThatThrownBy(
            () -> new LoraConfig(rank, alpha, dropout, false, ratio, TARGETS, Map.of(), Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          query | 0 | 1   | lora.rankPattern must be at least 1, got 0
          query | 1 | NaN | lora.alphaPattern must be finite and above 0, got NaN
          (query | 1 | 1  | lora.rankPattern must have valid regular expressions as keys, got (query (Unclosed group)
          a)(b  | 1 | 1   | lora.rankPattern must have valid regular expressions as keys, got a)(b (Unmatched closing ')')
          """)
  void rejectsABadPatternByName(String key, int rank, double alpha, String message) {
    assertThatThrownBy(
            () ->
                new LoraConfig(8, 16, 0, false, 1, TARGETS, Map.of(key, rank), Map.of(key, alpha)))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @Test
  void theFirstPatternThatMatchesCounts() {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    ranks.put("layer.1.attention.self.query", 2);
    ranks.put("query", 4);
    ranks.put("layer.0.attention.self.query", 6);
    LoraConfig config =
        new LoraConfig(8, 16, 0, false, 1, TARGETS, ranks, Map.of("output\\.dense", 3.0));
    assertThat(config.rankOf("encoder.layer.1.attention.self.query")).isEqualTo(2);
    assertThat(config.rankOf("encoder.layer.0.attention.self.query")).isEqualTo(4);
    assertThat(config.rankOf("encoder.layer.0.attention.self.querying")).isEqualTo(8);
    assertThat(config.scaleOf("encoder.layer.1.attention.self.query")).isEqualTo(8);
    assertThat(config.scaleOf("encoder.layer.0.output.dense")).isEqualTo(3.0 / 8);
  }

  @Test
  void theRankStabilisedScaleDividesByTheRootOfTheLayersRank() {
    LoraConfig config = new LoraConfig(16, 8, 0, true, 1, TARGETS, Map.of("key", 4), Map.of());
    assertThat(config.scaleOf("query")).isEqualTo(2);
    assertThat(config.scaleOf("key")).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEnlargedModuleHasTheScaleThatItHad(boolean rankStabilized) {
    LoraConfig config =
        new LoraConfig(4, 6, 0, rankStabilized, 1, Targets.all(), Map.of("a", 2), Map.of("b", 3.0));
    LoraConfig larger = config.enlarged(3);
    for (String layer : List.of("a", "b", "c")) {
      assertThat(larger.rankOf(layer)).isEqualTo(3 * config.rankOf(layer));
      assertThat(larger.scaleOf(layer)).isCloseTo(config.scaleOf(layer), within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void layersWithRanksOfTheirOwnHaveTheScaleThatTheyHad(boolean rankStabilized) {
    LoraConfig config =
        new LoraConfig(
            8, 16, 0.1, rankStabilized, 2, Targets.all(), Map.of("b", 6), Map.of("c", 3.0));
    Map<String, Integer> ranks = new LinkedHashMap<>();
    ranks.put("x.1.a", 1);
    ranks.put("x.11.a", 5);
    ranks.put("x.1.b", 5);
    ranks.put("x.1.c", 2);
    LoraConfig kept = config.withRanks(ranks);
    ranks.forEach(
        (layer, rank) -> {
          assertThat(kept.rankOf(layer)).isEqualTo(rank);
          assertThat(kept.scaleOf(layer)).isCloseTo(config.scaleOf(layer), within(1e-12));
          assertThat(kept.targets().matches(layer)).isTrue();
        });
    assertThat(kept.targets().matches("x.2.a")).isFalse();
    assertThat(kept.dropout()).isEqualTo(0.1);
    assertThat(kept.learningRateRatio()).isEqualTo(2);
  }
}
