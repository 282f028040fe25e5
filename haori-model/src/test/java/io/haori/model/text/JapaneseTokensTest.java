package io.haori.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bases that cut Japanese texts into words, compared with {@code BertJapaneseTokenizer} of
 * transformers 5.18 over MeCab 0.996 with IPADIC 2.7.0.
 */
class JapaneseTokensTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILES = "/tokenizer/japanese/";

  @TempDir Path folder;

  /** A configuration by its name, so that a failure says which. */
  record Variant(String name, JsonNode content) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Variant> variants() throws Exception {
    List<Variant> variants = new ArrayList<>();
    for (String line : text("variants.jsonl").lines().toList()) {
      JsonNode content = JSON.readTree(line);
      variants.add(new Variant(content.get("name").textValue(), content));
    }
    return variants;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void givesTheTokensOfTheReference(Variant variant) throws Exception {
    write(variant.content().get("config"), text("vocab.txt"));
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertTokens(variant.content(), tokenizer);
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void isTheSameAfterItWasWritten(Variant variant) throws Exception {
    write(variant.content().get("config"), text("vocab.txt"));
    Path copy = Files.createDirectory(folder.resolve("copy"));
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      for (Map.Entry<String, String> file : tokenizer.files().entrySet()) {
        Files.writeString(copy.resolve(file.getKey()), file.getValue());
      }
    }
    assertThat(Files.readString(copy.resolve("vocab.txt"))).isEqualTo(text("vocab.txt"));
    try (Tokenizer tokenizer = Tokenizer.open(copy)) {
      assertTokens(variant.content(), tokenizer);
    }
  }

  @Test
  void wordsThatAreGivenStayApart() throws Exception {
    write(variants().get(0).content().get("config"), text("vocab.txt"));
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      WordEncoding words =
          tokenizer.encodeWords(List.of(List.of("データについて", "ポンプ", "　")), 64).get(0);

      assertThat(words.firsts()[0]).isEqualTo(1);
      assertThat(words.firsts()[1]).isGreaterThan(2);
      assertThat(words.firsts()[2]).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"word_tokenizer_type": "sudachi"} | word_tokenizer_type must be basic or mecab, got sudachi
          {"subword_tokenizer_type": "sentencepiece"} | subword_tokenizer_type must be wordpiece or character, got sentencepiece
          {"do_word_tokenize": false} | do_word_tokenize must be true, got false
          {"never_split": ["猫"]} | never_split must be empty
          {"mecab_kwargs": {"mecab_option": "-u my.dic"}} | mecab_kwargs.mecab_option must be left out
          {"mecab_kwargs": {"mecab_dic": "unidic_lite"}} | mecab_kwargs.mecab_dic must be ipadic, got unidic_lite: the words of that dictionary are others; choose a base whose words are IPADIC's, or one with a tokenizer.json, for example mbert
          """)
  void refusesWhatWouldGiveOtherWords(String changes, String message) throws Exception {
    ObjectNode config = variants().get(0).content().get("config").deepCopy();
    config.setAll((ObjectNode) JSON.readTree(changes));
    write(config, text("vocab.txt"));

    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(folder.resolve("tokenizer_config.json") + ": " + message);
  }

  @Test
  void refusesAVocabularyOfAnotherDictionary() throws Exception {
    String other = text("vocab.txt").replace("について\n", "につ\n").replace("による\n", "によ\n");
    for (String word : List.of("として", "により", "という", "における")) {
      other = other.replace(word + "\n", "x" + word + "\n");
    }
    write(variants().get(0).content().get("config"), other);

    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(
            folder.resolve("vocab.txt")
                + ": must have at least 5 of the words について, として, による, により, という, における, において,"
                + " によって, に対する, に関する, got 4: it was made from the words of another dictionary than"
                + " IPADIC; choose another base");
  }

  private static void assertTokens(JsonNode variant, Tokenizer tokenizer) {
    for (JsonNode row : variant.get("rows")) {
      JsonNode pair = row.get("pair");
      Encoding encoding =
          tokenizer
              .encode(
                  List.of(row.get("text").textValue()),
                  pair.isNull() ? null : List.of(pair.textValue()),
                  512)
              .get(0);
      assertThat(encoding.ids()).as(row.get("text").textValue()).containsExactly(ints(row, "ids"));
      assertThat(encoding.typeIds()).containsExactly(ints(row, "types"));
    }
  }

  private static int[] ints(JsonNode row, String key) {
    int[] ints = new int[row.get(key).size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = row.get(key).get(i).intValue();
    }
    return ints;
  }

  private void write(JsonNode config, String vocabulary) throws Exception {
    Files.writeString(folder.resolve("tokenizer_config.json"), config.toString());
    Files.writeString(folder.resolve("vocab.txt"), vocabulary);
  }

  private static String text(String name) throws Exception {
    try (InputStream file = JapaneseTokensTest.class.getResourceAsStream(FILES + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
