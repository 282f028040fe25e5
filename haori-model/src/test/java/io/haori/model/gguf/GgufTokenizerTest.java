package io.haori.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.check.UserError;
import io.haori.model.text.Tokenizer;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokenizers of files give the tokens of Hugging Face's libraries. */
class GgufTokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;

  static List<JsonNode> golden() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Golden.lines("gguf/tokens.jsonl")) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("golden")
  void tokensAreThoseOfTheReference(JsonNode row) {
    Path file = Golden.file("gguf/" + row.path("file").textValue(), temporary);
    try (Tokenizer tokenizer = GgufBase.tokenizer(file)) {
      int[] ids = tokenizer.prompt(row.path("text").textValue());
      assertThat(ids).isEqualTo(JSON.convertValue(row.path("ids"), int[].class));
      int begins = tokenizer.before().length;
      assertThat(tokenizer.text(Arrays.copyOfRange(ids, begins, ids.length)))
          .isEqualTo(row.path("decoded").textValue());
    }
  }

  @Test
  void anotherKindIsNamed() throws IOException {
    Path file = Golden.file("gguf/words-qwen2.gguf", temporary);
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    Files.writeString(file, bytes.replace("qwen2", "qwenX"), StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> GgufBase.tokenizer(file))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ": tokenizer.ggml.pre must be one of [gpt-2, llama-bpe, qwen2], got 'qwenX'; put"
                + " the base's tokenizer.json, with tokenizer_config.json, beside the file");
    Files.writeString(file, bytes.replace("gpt2", "bert"), StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> GgufBase.tokenizer(file))
        .hasMessage(
            file
                + ": tokenizer.ggml.model must be gpt2 or llama, got 'bert'; put the base's"
                + " tokenizer.json, with tokenizer_config.json, beside the file");
  }
}
