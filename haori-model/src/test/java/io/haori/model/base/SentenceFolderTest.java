package io.haori.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.tensor.Scope;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.quant.BasePrecision;
import io.haori.testkit.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of sentence-transformers. */
class SentenceFolderTest {
  private static final String STEPS =
      """
      [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
       {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
       {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
      """;

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void copyABaseWithAPooler() throws Exception {
    folder = Golden.copy("models/bert-classification", temporary);
    List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    IntStream.range(5, 94).forEach(id -> tokens.add("t" + id));
    tokens.addAll(List.of("Word", "word"));
    Files.write(folder.resolve("vocab.txt"), tokens);
  }

  @Test
  void aFolderOfTransformersAloneSaysNothing() {
    assertThat(Bases.sentence(folder.toString())).isEqualTo(SentenceSettings.NONE);
    assertThat(Bases.sentence("minilm")).isEqualTo(SentenceSettings.NONE);
    assertThat(usualPooling()).isEqualTo(Pooling.CLS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true}             | MEAN
          {"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}             | FIRST
          {"pooling_mode_mean_sqrt_len_tokens": true, "pooling_mode_mean_tokens": false}  | MEAN_SQRT_LEN
          {"pooling_mode_weightedmean_tokens": true, "pooling_mode_mean_tokens": false}   | WEIGHTED_MEAN
          {"pooling_mode_lasttoken": true, "include_prompt": true}                        | LAST
          {"word_embedding_dimension": 32, "pooling_mode": "cls"}                         | FIRST
          {"word_embedding_dimension": 32}                                                | MEAN
          """)
  void poolingIsThatOfThePoolingFolder(String config, Pooling pooling) throws Exception {
    write("1_Pooling/config.json", config);
    assertThat(Bases.sentence(folder.toString()).pooling()).isEqualTo(pooling);
    write("modules.json", STEPS);
    assertThat(Bases.sentence(folder.toString()).pooling()).isEqualTo(pooling);
    assertThat(Bases.sentence(folder.toString()).normalize()).isTrue();
    assertThat(usualPooling()).isEqualTo(pooling);
  }

  @Test
  void eachPoolingMakesItsVector() {
    try (Scope scope = Scope.open();
        BaseModel base = Bases.open(folder.toString(), FetchListener.SILENT);
        Backbone backbone = FamilyCatalogue.build(base.config(), base.weights(), DType.F32);
        TextBatch batch =
            new TextBatch(new long[] {2, 7, 8, 3, 2, 9, 3, 0}, new long[8], new int[] {4, 3}, 4)) {
      Tape tape = Tape.inference(DType.F32);
      float[] hidden = backbone.hidden(tape, batch, Adaptation.NONE, false).value().toFloats();
      int width = base.config().hiddenSize();
      double root = 1 / Math.sqrt(3);
      assertVectors(tape, backbone, batch, hidden, width, Pooling.MEAN, 1 / 3.0, 1 / 3.0, 1 / 3.0);
      assertVectors(tape, backbone, batch, hidden, width, Pooling.MEAN_SQRT_LEN, root, root, root);
      assertVectors(
          tape, backbone, batch, hidden, width, Pooling.WEIGHTED_MEAN, 1 / 6.0, 2 / 6.0, 3 / 6.0);
      assertVectors(tape, backbone, batch, hidden, width, Pooling.FIRST, 1, 0, 0);
      assertVectors(tape, backbone, batch, hidden, width, Pooling.LAST, 0, 0, 1);
      assertThat(vectors(tape, backbone, batch, Pooling.CLS))
          .isNotEqualTo(vectors(tape, backbone, batch, Pooling.FIRST));
    }
  }

  /** Compares the second text's vector with the weighted sum of its three tokens. */
  private static void assertVectors(
      Tape tape,
      Backbone backbone,
      TextBatch batch,
      float[] hidden,
      int width,
      Pooling pooling,
      double... weights) {
    float[] got = vectors(tape, backbone, batch, pooling);
    for (int i = 0; i < width; i++) {
      double expected = 0;
      for (int token = 0; token < weights.length; token++) {
        expected += weights[token] * hidden[(4 + token) * width + i];
      }
      assertThat((double) got[width + i]).as(pooling.word()).isCloseTo(expected, within(1e-5));
    }
  }

  private static float[] vectors(Tape tape, Backbone backbone, TextBatch batch, Pooling pooling) {
    return pooling.apply(tape, backbone, batch, Adaptation.NONE, false).value().toFloats();
  }

  @Test
  void aModelInAFolderOfItsOwnIsFound() throws Exception {
    Path inner = Files.createDirectory(folder.resolve("0_Transformer"));
    for (String file : List.of("config.json", "model.safetensors", "vocab.txt")) {
      Files.move(folder.resolve(file), inner.resolve(file));
    }
    write("modules.json", STEPS.replace("\"path\": \"\"", "\"path\": \"0_Transformer\""));
    write("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\": true}");
    write("0_Transformer/sentence_bert_config.json", "{\"max_seq_length\": 48}");
    assertThat(usualPooling()).isEqualTo(Pooling.MEAN);
    assertThat(Bases.sentence(folder.toString()).maxLengthOr(128)).isEqualTo(48);
  }

  @Test
  void mostTokensAreThoseThatTheModelHasPositionsFor() throws Exception {
    int positions = 40;
    assertThat(Bases.mostTokens(folder.toString())).isEqualTo(positions);
    assertThat(Bases.mostTokens("minilm")).isEqualTo(512);
    Path inner = Files.createDirectory(folder.resolve("0_Transformer"));
    Files.move(folder.resolve("config.json"), inner.resolve("config.json"));
    write("modules.json", STEPS.replace("\"path\": \"\"", "\"path\": \"0_Transformer\""));
    write("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\": true}");
    assertThat(Bases.mostTokens(folder.toString())).isEqualTo(positions);
  }

  @Test
  void lengthAndLowerCaseAreThoseOfTheFolder() throws Exception {
    write("tokenizer_config.json", "{\"do_lower_case\": false, \"model_max_length\": 64}");
    assertThat(Bases.sentence(folder.toString()).maxLengthOr(128)).isEqualTo(64);
    assertThat(Bases.sentence(folder.toString()).maxLengthOr(32)).isEqualTo(32);
    assertThat(tokens("Word word")).containsExactly(2, 94, 95, 3);
    write("sentence_bert_config.json", "{\"max_seq_length\": 256, \"do_lower_case\": true}");
    assertThat(Bases.sentence(folder.toString()).maxLengthOr(128)).isEqualTo(256);
    assertThat(tokens("Word word")).containsExactly(2, 95, 95, 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"pooling_mode_max_tokens": true} | max
          {"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true} | cls and mean
          {"pooling_mode": "attention"} | attention
          {"pooling_mode_new_tokens": true} | pooling_mode_new_tokens
          """)
  void refusesAPoolingThatCannotBeComputed(String config, String got) throws Exception {
    write("1_Pooling/config.json", config);
    assertRefused(
        folder.resolve("1_Pooling/config.json")
            + ": pooling must be one of cls, mean, mean_sqrt_len_tokens, weightedmean, lasttoken,"
            + " got "
            + got
            + "; choose another base, or change the file to mean, for which the head is fitted");
  }

  @ParameterizedTest
  @CsvSource({
    "sentence_transformers.models.Dense",
    "sentence_transformers.models.LayerNorm",
    "ours.Module"
  })
  void refusesAStepThatCannotBeComputed(String type) throws Exception {
    write("modules.json", STEPS.replace("sentence_transformers.models.Normalize", type));
    assertRefused(
        folder.resolve("modules.json")
            + ": must have the steps Transformer, Pooling and Normalize alone, got "
            + type
            + ", which cannot be computed here; choose another base, or remove the step and what"
            + " follows from it");
  }

  @Test
  void refusesAPromptThatIsSetBeforeEveryText() throws Exception {
    Path file = folder.resolve("config_sentence_transformers.json");
    write(
        "config_sentence_transformers.json",
        "{\"prompts\": {\"query\": \"query: \", \"none\": \"\"}, \"default_prompt_name\": null}");
    assertThat(Bases.sentence(folder.toString())).isEqualTo(SentenceSettings.NONE);
    write(
        "config_sentence_transformers.json",
        "{\"prompts\": {\"query\": \"query: \"}, \"default_prompt_name\": \"query\"}");
    assertRefused(
        file
            + ": default_prompt_name must be null: no prompt is set before texts here, got query;"
            + " set it to null, and write the prompt into the texts where it is wanted");
  }

  @Test
  void refusesAFolderOutsideTheBase() throws Exception {
    write("modules.json", STEPS.replace("1_Pooling\"", "../other\""));
    assertRefused(folder.resolve("modules.json") + ": must name folders beside it, got ../other");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Bases.open(folder.toString(), FetchListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
    assertThatThrownBy(() -> Bases.sentence(folder.toString())).hasMessage(message);
  }

  private Pooling usualPooling() {
    try (Scope scope = Scope.open();
        BaseModel base = Bases.open(folder.toString(), FetchListener.SILENT);
        Backbone backbone =
            FamilyCatalogue.build(
                base.config(), base.weights(), BasePrecision.FP32, base.sentence().pooling())) {
      assertThat(Pooling.AUTO.resolve(backbone)).isEqualTo(backbone.usualPooling());
      return backbone.usualPooling();
    }
  }

  private int[] tokens(String text) {
    try (BaseModel base = Bases.open(folder.toString(), FetchListener.SILENT)) {
      return base.tokenizer().encode(List.of(text), null, 16).get(0).ids();
    }
  }

  private void write(String file, String content) throws Exception {
    Path place = folder.resolve(file);
    Files.createDirectories(place.getParent());
    Files.writeString(place, content);
  }
}
