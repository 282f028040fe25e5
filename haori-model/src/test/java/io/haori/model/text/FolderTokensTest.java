package io.haori.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.check.UserError;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file that decides tokens, compared with AutoTokenizer of transformers 5.18. */
class FolderTokensTest {
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
    for (String line : text("variants.jsonl").lines().toList()) {
      JsonNode content = JSON.readTree(line);
      variants.add(new Variant(content.get("name").textValue(), content));
    }
    return variants;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void givesTheTokensOfTheReference(Variant variant) throws Exception {
    write(variant.content());
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertTokens(variant.content(), tokenizer);
      JsonNode length = variant.content().get("modelMaxLength");
      assertThat(tokenizer.maxLength().isPresent()).isEqualTo(!length.isNull());
      tokenizer.maxLength().ifPresent(got -> assertThat(got).isEqualTo(length.intValue()));
      assertThat(tokenizer.isUnknown(tokenizer.padId())).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void isTheSameAfterItWasWritten(Variant variant) throws Exception {
    write(variant.content());
    Path copy = Files.createDirectory(folder.resolve("copy"));
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      Files.writeString(copy.resolve("tokenizer.json"), tokenizer.toJson());
      Files.writeString(copy.resolve("tokenizer_config.json"), tokenizer.toConfigJson());
      Files.copy(folder.resolve("config.json"), copy.resolve("config.json"));
    }
    try (Tokenizer tokenizer = Tokenizer.open(copy)) {
      assertTokens(variant.content(), tokenizer);
    }
  }

  private static void assertTokens(JsonNode variant, Tokenizer tokenizer) throws Exception {
    for (JsonNode row : variant.get("rows")) {
      JsonNode pair = row.get("pair");
      Encoding encoding =
          tokenizer
              .encode(
                  List.of(row.get("text").textValue()),
                  pair.isNull() ? null : Collections.singletonList(pair.textValue()),
                  row.get("maxLength").intValue())
              .get(0);
      assertThat(encoding.ids())
          .as(row.get("text").textValue())
          .isEqualTo(JSON.treeToValue(row.get("ids"), int[].class));
      assertThat(encoding.typeIds()).isEqualTo(JSON.treeToValue(row.get("typeIds"), int[].class));
    }
    for (Map.Entry<String, JsonNode> id :
        Map.of(
                "pad",
                variant.get("padId"),
                "unk",
                variant.get("unkId"),
                "mask",
                variant.get("maskId"))
            .entrySet()) {
      if (!id.getValue().isNull()) {
        int got =
            switch (id.getKey()) {
              case "pad" -> tokenizer.padId();
              case "unk" -> tokenizer.unknownId();
              default -> tokenizer.maskId();
            };
        assertThat(got).as(id.getKey()).isEqualTo(id.getValue().intValue());
      }
    }
  }

  private static final String CLASSES =
      "tokenizer_class must be one of BertTokenizer, DistilBertTokenizer, ElectraTokenizer,"
          + " LayoutLMTokenizer, LxmertTokenizer, MobileBertTokenizer, SqueezeBertTokenizer,"
          + " BertJapaneseTokenizer, RobertaTokenizer, BartTokenizer, LEDTokenizer,"
          + " LongformerTokenizer, PreTrainedTokenizerFast, PreTrainedTokenizer, TokenizersBackend,"
          + " XLMRobertaTokenizer, CamembertTokenizer, got ";
  private static final String CURE =
      ": its way to split texts is not known here; choose another base, for example mbert, or one"
          + " with a tokenizer.json that does all of it and the class PreTrainedTokenizerFast";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"tokenizer_class": "OurTokenizer", "word_tokenizer_type": "mecab"} | OurTokenizer with word_tokenizer_type mecab
          {"tokenizer_class": "T5Tokenizer"} | T5Tokenizer
          {"tokenizer_class": "BertweetTokenizer"} | BertweetTokenizer
          {"tokenizer_class": "OurTokenizerFast"} | OurTokenizerFast
          """)
  void refusesWordSplittingThatIsNotKnownHere(String config, String got) throws Exception {
    for (boolean withFile : new boolean[] {false, true}) {
      write("vocab.txt", text("vocab.txt"));
      write("config.json", "{\"model_type\": \"bert\"}");
      write("tokenizer_config.json", config);
      if (withFile) {
        write("tokenizer.json", text("wordpiece.json"));
      }
      assertRefused(folder.resolve("tokenizer_config.json") + ": " + CLASSES + got + CURE);
    }
  }

  @Test
  void refusesAClassOfTheModelsOwnConfig() throws Exception {
    write("vocab.txt", text("vocab.txt"));
    write("config.json", "{\"model_type\": \"bert\", \"tokenizer_class\": \"OurTokenizer\"}");
    write("tokenizer_config.json", "{\"word_tokenizer_type\": \"mecab\"}");
    assertRefused(
        folder.resolve("config.json")
            + ": "
            + CLASSES
            + "OurTokenizer with word_tokenizer_type mecab"
            + CURE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"do_lower_case": "yes"} | tokenizer_config.json: do_lower_case must be true or false, got "yes"
          {"do_lower_case": null} | tokenizer_config.json: do_lower_case must be true or false, got null
          {"strip_accents": 1} | tokenizer_config.json: strip_accents must be true or false, got 1
          {"truncation_side": "middle"} | tokenizer_config.json: truncation_side must be left or right, got middle
          {"model_max_length": 0} | tokenizer_config.json: model_max_length must be at least 1, got 0
          {"split_special_tokens": true} | tokenizer_config.json: split_special_tokens must be false, got true
          {"fast_tokenizer_files": ["tokenizer.4.0.json"]} | tokenizer_config.json: fast_tokenizer_files must name tokenizer.json alone, got tokenizer.4.0.json
          {"auto_map": {"AutoTokenizer": ["a.B", null]}} | tokenizer_config.json: auto_map must not have an AutoTokenizer: a base's own program is not run; save its tokenizer as a tokenizer.json with the tokenizer_class PreTrainedTokenizerFast
          {"cls_token": 5} | tokenizer_config.json: cls_token must be a token or an object with a content, got 5
          {"cls_token": "[BEGIN]"} | vocab.txt: must have the token [BEGIN]
          {"sep_token": null} | sep_token must be a token, got null
          {"added_tokens_decoder": {"x": "y"}} | tokenizer_config.json: ids of added tokens must be whole numbers, got x
          {"added_tokens_decoder": {"900": {"content": "xq"}}} | vocab.txt: the added token xq must have the id 211, the next one behind the vocabulary, got 900
          {"added_tokens_decoder": {"900": {"content": "pump"}}} | vocab.txt: the added token pump must have the id 194, got 900
          {"tokenizer_class": "PreTrainedTokenizerFast"} | must have a tokenizer.json or a vocab.txt
          {"tokenizer_class": "RobertaTokenizer", "vocab_file": "x"} | must have a tokenizer.json, or a vocab.json and a merges.txt
          """)
  void namesASettingThatCannotBeHonoured(String config, String message) throws Exception {
    boolean words = !message.startsWith("must have a tokenizer.json, or");
    if (words) {
      write("vocab.txt", text("vocab.txt"));
    }
    write("config.json", "{\"model_type\": \"bert\"}");
    write("tokenizer_config.json", config);
    String prefix =
        message.startsWith("must") ? folder + ": " : message.contains(".") ? folder + "/" : "";
    assertRefused((message.startsWith("sep_token") ? "" : prefix) + message);
  }

  @Test
  void refusesAVocabularyOfAnotherKind() throws Exception {
    write("config.json", "{\"model_type\": \"bert\"}");
    write("tokenizer.json", text("bpe.json"));
    assertRefused(
        folder.resolve("tokenizer.json")
            + ": model.type must be WordPiece for the class BertTokenizer, got BPE; to read the"
            + " file as it is, write the tokenizer_class PreTrainedTokenizerFast into"
            + " tokenizer_config.json");
  }

  @Test
  void countsWhatWasCutAndWhatIsUnknown() throws Exception {
    write("vocab.txt", text("vocab.txt"));
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      Encoding row = tokenizer.encode(List.of("the pump ключ leaks"), null, 5).get(0);
      assertThat(row.cut()).isEqualTo(1);
      assertThat(row.ids()[3]).isEqualTo(tokenizer.unknownId()).matches(tokenizer::isUnknown);
      assertThat(tokenizer.encode(List.of("the pump"), List.of("leaks"), 9).get(0).cut()).isZero();
      assertThat(tokenizer.encode(List.of("the pump"), List.of("leaks"), 5).get(0).cut()).isOne();
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

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  private static String text(String resource) throws Exception {
    try (InputStream in = FolderTokensTest.class.getResourceAsStream(FOLDERS + resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
