package io.haori.model.text;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.TextBatch;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.ModelConfig;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * XLM-RoBERTa from text to states: a Unigram {@code tokenizer.json} with SentencePiece's table of
 * normal forms, as {@code XLMRobertaTokenizer} of transformers 5.18 writes and reads it.
 */
class UnigramGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void copy() {
    folder = Golden.copy("models/xlm-roberta-unigram", temporary);
  }

  private List<JsonNode> rows() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("tokens.jsonl"))) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  private void assertTokens(Tokenizer tokenizer) throws IOException {
    for (JsonNode row : rows()) {
      String text = row.get("text").textValue();
      assertThat(tokenizer.encode(List.of(text), null, 64).get(0).ids())
          .as(text)
          .isEqualTo(JSON.treeToValue(row.get("ids"), int[].class));
    }
  }

  @Test
  void everyTextHasTheTokensOfTheReference() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertTokens(tokenizer);
      assertThat(tokenizer.padId()).isEqualTo(1);
      assertThat(tokenizer.unknownId()).isEqualTo(3);
      assertThat(tokenizer.maxLength()).hasValue(64);
    }
  }

  @Test
  void theTokenizerIsTheSameAfterItWasWritten() throws IOException {
    Path copy = Files.createDirectory(temporary.resolve("copy"));
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      Files.writeString(copy.resolve("tokenizer.json"), tokenizer.toJson());
      Files.writeString(copy.resolve("tokenizer_config.json"), tokenizer.toConfigJson());
      Files.copy(folder.resolve("config.json"), copy.resolve("config.json"));
    }
    try (Tokenizer tokenizer = Tokenizer.open(copy)) {
      assertTokens(tokenizer);
    }
  }

  @Test
  void itsTextsHaveTheStatesOfTheReference() throws IOException {
    ModelConfig config = FamilyCatalogue.read(folder.resolve("config.json"));
    List<String> texts = rows().stream().limit(10).map(row -> row.get("text").textValue()).toList();
    try (Scope scope = Scope.open();
        Tokenizer tokenizer = Tokenizer.open(folder);
        Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        Backbone backbone = FamilyCatalogue.build(config, weights, DType.F32)) {
      int[][] ids =
          tokenizer.encode(texts, null, 64).stream().map(Encoding::ids).toArray(int[][]::new);
      int longest = Arrays.stream(ids).mapToInt(row -> row.length).max().orElseThrow();
      long[] padded = new long[ids.length * longest];
      Arrays.fill(padded, tokenizer.padId());
      List<Tensor> states = new ArrayList<>();
      for (int row = 0; row < ids.length; row++) {
        for (int at = 0; at < ids[row].length; at++) {
          padded[row * longest + at] = ids[row][at];
        }
        states.add(io.load("out.hidden.2").select(0, row).narrow(0, 0, ids[row].length));
      }
      int[] lengths = Arrays.stream(ids).mapToInt(row -> row.length).toArray();
      try (TextBatch batch = new TextBatch(padded, new long[padded.length], lengths, longest)) {
        assertThat(padded).isEqualTo(io.load("in.input_ids").toLongs());
        assertClose(
            "hidden",
            backbone.hidden(Tape.inference(DType.F32), batch, Adaptation.NONE, false).value(),
            Tensors.cat(states, 0),
            1e-5,
            1e-6);
      }
      assertThat(backbone.languageHead()).isNotNull();
    }
  }
}
