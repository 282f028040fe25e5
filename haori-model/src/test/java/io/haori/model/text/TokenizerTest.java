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
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static ObjectNode miniLmJson;
  private static Tokenizer miniLm;

  @TempDir Path folder;

  @BeforeAll
  static void openMiniLm() throws Exception {
    try (InputStream in =
        TokenizerTest.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
      miniLmJson = (ObjectNode) JSON.readTree(in);
    }
    miniLm = Tokenizer.of("minilm", miniLmJson);
  }

  @AfterAll
  static void closeMiniLm() {
    miniLm.close();
  }

  static List<JsonNode> golden() throws Exception {
    try (InputStream in = TokenizerTest.class.getResourceAsStream("/tokenizer/minilm.jsonl")) {
      List<JsonNode> rows = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        rows.add(JSON.readTree(line));
      }
      return rows;
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void givesTheIdsOfTheReference(JsonNode row) throws Exception {
    assertThat(encode(miniLm, row)).isEqualTo(expected(row));
  }

  @Test
  void readsBertsVocabularyAlike() throws Exception {
    String[] tokens = new String[miniLm.vocabularySize()];
    miniLmJson
        .at("/model/vocab")
        .properties()
        .forEach(e -> tokens[e.getValue().intValue()] = e.getKey());
    Files.write(folder.resolve("vocab.txt"), List.of(tokens));
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(30522);
      assertThat(tokenizer.specialIds()).isEqualTo(miniLm.specialIds());
      for (JsonNode row : golden()) {
        assertThat(encode(tokenizer, row)).isEqualTo(expected(row));
      }
    }
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
    try (Tokenizer cased = Tokenizer.open(folder)) {
      assertThat(cased.encode(List.of("Paris"), null, 8).get(0).ids())
          .containsExactly(101, 100, 102);
    }
  }

  @Test
  void knowsItsSpecialTokens() {
    assertThat(miniLm.padId()).isZero();
    assertThat(miniLm.unknownId()).isEqualTo(100);
    assertThat(miniLm.maskId()).isEqualTo(103);
    assertThat(miniLm.specialIds()).containsExactlyInAnyOrder(0, 100, 101, 102, 103);
    assertThat(miniLm.vocabularySize()).isEqualTo(30522);
  }

  @Test
  void keepsTheOrderOfManyRows() {
    List<String> texts = IntStream.range(0, 5000).mapToObj(i -> "row " + i).toList();
    List<Encoding> rows = miniLm.encode(texts, null, 16);
    assertThat(rows).hasSize(5000);
    for (int i : new int[] {0, 1023, 1024, 4999}) {
      assertThat(rows.get(i)).isEqualTo(miniLm.encode(List.of("row " + i), null, 16).get(0));
    }
    assertThat(miniLm.encode(List.of(), null, 16)).isEmpty();
  }

  @Test
  void servesSeveralThreadsWithTheirOwnLengths() {
    List<String> text = List.of("word ".repeat(100));
    List<Integer> lengths =
        IntStream.range(3, 100)
            .parallel()
            .mapToObj(length -> miniLm.encode(text, null, length).get(0).length())
            .toList();
    assertThat(lengths).isEqualTo(IntStream.range(3, 100).boxed().toList());
  }

  @Test
  void survivesTextThatIsNotUnicodeAndVeryLongLines() {
    List<String> texts =
        List.of("a \uD800 b", "\uDFFF", "soup ".repeat(100_000), "x".repeat(100_000));
    List<Encoding> rows = miniLm.encode(texts, texts, 32);
    assertThat(rows).hasSize(4);
    assertThat(rows.get(2).length()).isEqualTo(32);
    assertThat(rows.get(3).ids()).containsExactly(101, 100, 102, 100, 102);
  }

  @Test
  void refusesALengthWithoutRoomForText() {
    assertThatThrownBy(() -> miniLm.encode(List.of("a"), null, 2))
        .isInstanceOf(UserError.class)
        .hasMessage("maxLength must be above 2, got 2");
    assertThatThrownBy(() -> miniLm.encode(List.of("a"), List.of("b"), 3))
        .isInstanceOf(UserError.class)
        .hasMessage("maxLength must be above 3, got 3");
  }

  @Test
  void namesAFolderWithoutTokenizer() {
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(folder + ": must have a tokenizer.json or a vocab.txt");
  }

  @Test
  void namesASpecialTokenThatAVocabularyLacks() throws Exception {
    Path file = Files.write(folder.resolve("vocab.txt"), List.of("[PAD]", "[UNK]", "[CLS]", "a"));
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": must have the token [SEP]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
    {} | model.vocab must be an object or an array
    {'model': {'vocab': {}}} | model.vocab must have at least one token
    {'model': {'vocab': {'a': -1}}} | model.vocab must have ids from 0 to 16777215, got -1
    {'model': {'vocab': {'a': 'b'}}} | model.vocab must have ids from 0 to 16777215, got "b"
    {'model': {'vocab': {'a': 0}}, 'added_tokens': {}} | added_tokens must be an array
    {'model': {'vocab': {'a': 0}}, 'added_tokens': [{'id': 1}]} | added_tokens must have a content each
    {'model': {'vocab': {'a': 0}}, 'added_tokens': [{'content': 'b'}]} | added_tokens must have ids from 0 to 16777215, got
    {'model': {'type': 'WordPiece', 'vocab': {'a': 0}, 'unk_token': '[UNK]'}} | model.unk_token must be a token of model.vocab, got [UNK]
    {'model': {'type': 'Unigram', 'vocab': [['a', 0.0]]}} | model.unk_id must be an index of model.vocab
    {'model': {'type': 'WordPiece', 'vocab': {'a': 0}, 'unk_token': 'a'}, 'post_processor': {'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '[CLS]', 'type_id': 0}}], 'special_tokens': {}}} | post_processor.special_tokens must have [CLS]
    {'model': {'type': 'Word', 'vocab': {'a': 0}, 'unk_token': 'a'}} | is not a tokenizer: data did not match any variant of untagged enum ModelUntagged at line 1 column 56
    """)
  void refusesADamagedFileInOneSentence(String json, String message) throws Exception {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), json.replace('\'', '"'));
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": " + message);
  }

  private static Encoding encode(Tokenizer tokenizer, JsonNode row) {
    JsonNode pair = row.get("pair");
    return tokenizer
        .encode(
            List.of(row.get("text").textValue()),
            pair.isNull() ? null : Collections.singletonList(pair.textValue()),
            row.get("maxLength").intValue())
        .get(0);
  }

  private static Encoding expected(JsonNode row) throws Exception {
    return new Encoding(
        JSON.treeToValue(row.get("ids"), int[].class),
        JSON.treeToValue(row.get("typeIds"), int[].class));
  }
}
