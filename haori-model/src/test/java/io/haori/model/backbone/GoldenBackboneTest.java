package io.haori.model.backbone;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.ModelConfig;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.testkit.Golden;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each family against the reference implementation, on tiny random models. */
class GoldenBackboneTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-classification",
        "bert-regression",
        "bert-mlm",
        "bert-tagging",
        "bert-multilabel",
        "roberta-classification",
        "roberta-mlm",
        "distilbert-classification",
        "modernbert-classification",
        "modernbert-mlm",
        "llama-causal",
        "llama3-rope-causal",
        "qwen2-causal-tied",
        "qwen2-causal-untied",
        "qwen3-causal",
        "mistral-window-causal",
        "gpt2-causal",
        "gpt2-causal-2",
        "llama-classification"
      })
  void lastHiddenStatesAreThoseOfTheReference(String name) {
    Path folder = Golden.copy("models/" + name, temporary);
    ModelConfig config = FamilyCatalogue.read(folder.resolve("config.json"));
    try (Scope scope = Scope.open();
        Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        Backbone backbone = FamilyCatalogue.build(config, weights, DType.F32);
        TextBatch batch = GoldenBatches.read(io)) {
      Tape tape = Tape.inference(DType.F32);
      Variable hidden = backbone.hidden(tape, batch, Adaptation.NONE, false);
      Tensor expected = GoldenBatches.tokens(batch, io.load("out.hidden." + config.layers()));
      assertClose("hidden", hidden.value(), expected, 1e-5, 1e-6);
      if (backbone.languageHead() != null) {
        Tensor logits = GoldenBatches.tokens(batch, io.load("out.logits"));
        assertClose(
            "logits", backbone.languageHead().logits(tape, hidden).value(), logits, 1e-5, 1e-6);
      }
      if (backbone.causalHead() != null) {
        Tensor logits = GoldenBatches.tokens(batch, io.load("out.logits"));
        assertClose(
            "logits", backbone.causalHead().logits(tape, hidden).value(), logits, 1e-5, 1e-6);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama-causal, true",
    "llama3-rope-causal, true",
    "qwen2-causal-tied, true",
    "qwen2-causal-untied, true",
    "qwen3-causal, true",
    "mistral-window-causal, true",
    "gpt2-causal, true",
    "llama-classification, false"
  })
  void theCausalHeadIsFoundWhereTheBaseHasOne(String name, boolean causal) {
    Path folder = Golden.copy("models/" + name, temporary);
    ModelConfig config = FamilyCatalogue.read(folder.resolve("config.json"));
    try (Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
        Backbone backbone = FamilyCatalogue.build(config, weights, DType.F32)) {
      assertThat(backbone.causalHead() != null).isEqualTo(causal);
      assertThat(backbone.languageHead()).isNull();
    }
  }

  /** Its own head, without a bias, reads the last token of each text. */
  @Test
  void aDecodersClassifierReadsTheLastToken() {
    Path folder = Golden.copy("models/llama-classification", temporary);
    ModelConfig config = FamilyCatalogue.read(folder.resolve("config.json"));
    try (Scope scope = Scope.open();
        Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        Backbone backbone = FamilyCatalogue.build(config, weights, DType.F32);
        TextBatch batch = GoldenBatches.read(io)) {
      Tape tape = Tape.inference(DType.F32);
      Tensor vectors = Pooling.AUTO.apply(tape, backbone, batch, Adaptation.NONE, false).value();
      Tensor logits = vectors.matmul(weights.load("score.weight").t());
      assertClose("logits", logits, io.load("out.logits"), 1e-5, 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-mlm", "roberta-mlm", "modernbert-mlm"})
  void theLanguageHeadIsFound(String name) {
    Path folder = Golden.copy("models/" + name, temporary);
    ModelConfig config = FamilyCatalogue.read(folder.resolve("config.json"));
    try (Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
        Backbone backbone = FamilyCatalogue.build(config, weights, DType.F32)) {
      assertThat(backbone.languageHead()).isNotNull();
    }
  }
}
