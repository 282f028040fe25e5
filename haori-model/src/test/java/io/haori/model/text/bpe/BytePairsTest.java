package io.haori.model.text.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.check.UserError;
import io.haori.model.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BytePairsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SPECIAL = List.of("<s>", "</s>");

  static List<JsonNode> golden() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    try (InputStream in = BytePairsTest.class.getResourceAsStream("/bpe/golden.jsonl")) {
      String all = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      for (String line : all.lines().toList()) {
        rows.add(JSON.readTree(line));
      }
    }
    return rows;
  }

  private static List<String> strings(JsonNode list) {
    List<String> strings = new ArrayList<>();
    list.forEach(one -> strings.add(one.textValue()));
    return strings;
  }

  /** The golden tokens are those of the tokenizers library. */
  @ParameterizedTest
  @MethodSource("golden")
  void tokensAndMergesAreThoseOfTheReference(JsonNode row) {
    BytePairs pairs =
        BytePairs.learn(strings(row.path("texts")), row.path("size").intValue(), SPECIAL);
    assertThat(pairs.merges()).isEqualTo(strings(row.path("merges")));
    assertThat(pairs.tokens()).isEqualTo(strings(row.path("tokens")));
  }

  @Test
  void aTokenizerIsMadeOfThem() throws IOException {
    JsonNode row = golden().get(2);
    BytePairs pairs = BytePairs.learn(strings(row.path("texts")), 340, SPECIAL);
    try (Tokenizer tokenizer = Tokenizer.of("made", pairs.toJson())) {
      assertThat(tokenizer.before()).containsExactly(0);
      assertThat(tokenizer.specialIds()).contains(0, 1);
      for (String text : List.of("the cat's mat", "Zebra ñ 日本 🙂", "  two\n\nlines ")) {
        assertThat(tokenizer.text(tokenizer.prompt(text))).isEqualTo(text);
      }
      assertThat(tokenizer.prompt("the cat")).hasSizeLessThan(5);
    }
  }

  @Test
  void everyByteNeedsAToken() {
    assertThatThrownBy(() -> BytePairs.learn(List.of("a"), 257, SPECIAL))
        .isInstanceOf(UserError.class)
        .hasMessage("vocabulary size must be at least 258, got 257");
  }
}
