package io.haori.model.backbone;

import static io.haori.testkit.TensorAssert.assertClose;

import io.haori.core.weights.DType;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.PictureShape;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.testkit.Golden;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each family that reads pictures against the reference implementation, on tiny random models. */
class GoldenPictureTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vit-pooler",
        "vit-sizes",
        "deit-classification",
        "deit-teacher",
        "dinov2-classification",
        "dinov2-swiglu",
        "dinov2-registers",
        "dinov2-registers-swiglu"
      })
  void lastHiddenStatesAreThoseOfTheReference(String name) {
    assertStates(name, "in.pixel_values", "out.last");
  }

  /** The states behind the last layer, before its normalisation, are what the file calls hidden. */
  @Test
  void theClassifierOfVitReadsTheFirstToken() {
    assertHead("vit-classification");
  }

  @Test
  void theClassifierOfDeitReadsTheFirstToken() {
    assertHead("deit-classification");
  }

  @ParameterizedTest
  @CsvSource({
    "vit-sizes, larger",
    "vit-sizes, smaller",
    "deit-classification, larger",
    "deit-classification, smaller",
    "dinov2-classification, larger",
    "dinov2-classification, smaller",
    "dinov2-registers, larger",
    "dinov2-registers, smaller"
  })
  void placesOfPicturesOfAnotherSizeAreInterpolatedAsInTheReference(String name, String size) {
    assertStates(name, "in." + size, "out." + size);
  }

  @Test
  void thePoolerReadsTheFirstToken() {
    withModel(
        "vit-pooler",
        "in.pixel_values",
        (backbone, batch, weights, io) -> {
          Tape tape = Tape.inference(DType.F32);
          Tensor pooled = Pooling.AUTO.apply(tape, backbone, batch, Adaptation.NONE, false).value();
          assertClose("pooled", pooled, io.load("out.pooled"), 1e-5, 1e-6);
        });
  }

  private void assertStates(String name, String input, String output) {
    withModel(
        name,
        input,
        (backbone, batch, weights, io) -> {
          Tape tape = Tape.inference(DType.F32);
          Tensor hidden = backbone.hidden(tape, batch, Adaptation.NONE, false).value();
          Tensor expected = io.load(output);
          assertClose("hidden", hidden.view(expected.shape()), expected, 1e-5, 1e-6);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dinov2-classification",
        "dinov2-swiglu",
        "dinov2-registers",
        "dinov2-registers-swiglu"
      })
  void theClassTokenAndThePatchesGiveTheLogitsOfDinov2sClass(String name) {
    assertHead(name, Pooling.FIRST_AND_PATCHES);
  }

  private void assertHead(String name) {
    assertHead(name, Pooling.AUTO);
  }

  private void assertHead(String name, Pooling pooling) {
    withModel(
        name,
        "in.pixel_values",
        (backbone, batch, weights, io) -> {
          Tape tape = Tape.inference(DType.F32);
          Tensor vectors = pooling.apply(tape, backbone, batch, Adaptation.NONE, false).value();
          Tensor logits =
              vectors
                  .matmul(weights.load("classifier.weight").t())
                  .add(weights.load("classifier.bias"));
          assertClose("logits", logits, io.load("out.logits"), 1e-5, 1e-6);
        });
  }

  private interface Check {
    void of(Backbone backbone, TextBatch batch, Weights weights, Weights io);
  }

  private void withModel(String name, String input, Check check) {
    Path folder = Golden.copy("models/" + name, temporary);
    ModelConfig config = FamilyCatalogue.read(folder.resolve("config.json"));
    PictureShape shape = Objects.requireNonNull(config.pictures());
    try (Scope scope = Scope.open();
        Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
        Weights io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        Backbone backbone = FamilyCatalogue.build(config, weights, DType.F32);
        TextBatch batch = GoldenBatches.pictures(io.load(input), shape)) {
      check.of(backbone, batch, weights, io);
    }
  }
}
