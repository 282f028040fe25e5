package io.haori.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tokens of given words, compared with AutoTokenizer of transformers 5.18 ({@code
 * is_split_into_words}); byte-level ones with {@code add_prefix_space}, so that a word has the
 * tokens that it has in a text.
 */
class WordTokensTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FOLDERS = "/tokenizer/folders/";

  @TempDir Path folder;

  /** A folder by its name, so that a failure says which. */
  record Variant(String name, JsonNode content) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Variant> variants() throws Exception {
    List<Variant> variants = new ArrayList<>();
    for (String line : text("words.jsonl").lines().toList()) {
      JsonNode content = JSON.readTree(line);
      variants.add(new Variant(content.get("name").textValue(), content));
    }
    return variants;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void wordsHaveTheTokensAndFirstTokensOfTheReference(Variant variant) throws Exception {
    write(variant.content());
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      for (JsonNode row : variant.content().get("rows")) {
        List<String> words = List.of(JSON.treeToValue(row.get("words"), String[].class));
        WordEncoding got =
            tokenizer.encodeWords(List.of(words), row.get("maxLength").intValue()).get(0);
        assertThat(got.tokens().ids())
            .as(words.toString())
            .isEqualTo(JSON.treeToValue(row.get("ids"), int[].class));
        assertThat(got.firsts())
            .as(words.toString())
            .isEqualTo(JSON.treeToValue(row.get("firsts"), int[].class));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aWordInTheMiddleOfATextHasTheSameTokensAsInAListOfWords(Variant variant) throws Exception {
    write(variant.content());
    List<String> words = List.of("leaks", "the", "pump", "at", "the", "sea");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      WordEncoding got = tokenizer.encodeWords(List.of(words), 64).get(0);
      int[] ofText = tokenizer.encode(List.of(String.join(" ", words)), null, 64).get(0).ids();
      int[] ofWords = got.tokens().ids();
      int later = ofWords.length - got.firsts()[1];
      assertThat(Arrays.copyOfRange(ofWords, got.firsts()[1], ofWords.length))
          .isEqualTo(Arrays.copyOfRange(ofText, ofText.length - later, ofText.length));
    }
  }

  private void write(JsonNode variant) throws Exception {
    for (var shared : variant.get("shared").properties()) {
      write(shared.getValue().textValue(), text(shared.getKey()));
    }
    for (var file : variant.get("files").properties()) {
      write(file.getKey(), file.getValue().toString());
    }
  }

  private void write(String file, String content) throws Exception {
    Files.writeString(folder.resolve(file), content);
  }

  private static String text(String resource) throws Exception {
    try (InputStream in = WordTokensTest.class.getResourceAsStream(FOLDERS + resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
