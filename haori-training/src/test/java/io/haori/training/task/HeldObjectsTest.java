package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.live.LivePart;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails midway holds no native memory afterwards. */
class HeldObjectsTest {
  private static final Provenance NOTHING =
      new Provenance(Map.of(), Map.of(), 42, 1, 1, Map.of(), Map.of());

  @TempDir Path temporary;

  private static TuneSettings settings(String method, Pooling pooling, int maxLength) {
    return new TuneSettings(
        MethodCatalogue.create(method, Map.of()),
        LoopConfig.DEFAULT.withEpochs(1),
        new TextOptions(pooling, maxLength, DType.F32),
        8,
        false);
  }

  /** Writes a tensors' file again without one of them. */
  private static void remove(Path file, String name) {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      try (SafetensorsFile stored = SafetensorsFile.open(file)) {
        stored.names().forEach(one -> tensors.put(one, stored.load(one).copy()));
      }
      assertThat(tensors.remove(name)).as(name).isNotNull();
      SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }
  }

  @Test
  void aBaseThatLacksALateTensorIsFreed() {
    Path folder = TinyBase.folder(temporary);
    TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT).close();
    remove(folder.resolve("model.safetensors"), "bert.encoder.layer.1.output.LayerNorm.bias");
    long before = Engine.heldObjects();
    assertThatThrownBy(() -> TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("encoder.layer.1.output.LayerNorm.bias");
    assertThat(Engine.heldObjects()).isLessThanOrEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "lora, CLS, adapter_model.safetensors, base_model.model.classifier.bias",
    "lora, MEAN, heads.safetensors, classifier.bias",
    "full, MEAN, base.safetensors, encoder.layer.1.output.LayerNorm.bias",
    "full, MEAN, heads.safetensors, classifier.bias",
    "bottleneck, MEAN, heads.safetensors, classifier.bias"
  })
  void anAdapterThatLacksATensorIsFreedAndLeavesTheBaseAsItWas(
      String method, Pooling pooling, String file, String tensor) throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 9, false));
    Path folder = temporary.resolve("adapter");
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      try (TunedModel tuned = new Tuner(base, settings(method, pooling, 16)).tune(data)) {
        AdapterFolder.save(folder, tuned.model(), NOTHING);
      }
      AdapterFolder.load(folder, base, DType.F32).close();
      long sound = Engine.heldObjects();
      AdapterFolder.load(folder, base, DType.F32).close();
      assertThat(Engine.heldObjects()).as("after a sound load").isLessThanOrEqualTo(sound);
      remove(folder.resolve(file), tensor);
      long before = Engine.heldObjects();
      assertThatThrownBy(() -> AdapterFolder.load(folder, base, DType.F32))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(tensor.replace("base_model.model.", ""));
      assertThatThrownBy(() -> LivePart.read(folder, base, DType.F32))
          .isInstanceOf(UserError.class);
      assertThat(Engine.heldObjects()).isLessThanOrEqualTo(before);
      assertThat(base.backbone().weights()).noneMatch(weight -> weight.trainable());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora", "full"})
  void aTrainingThatCannotBeginIsFreed(String method) throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 9, false));
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      int tooLong = base.backbone().positions() + 1;
      new Tuner(base, settings(method, Pooling.AUTO, 16)).tune(data).close();
      long before = Engine.heldObjects();
      assertThatThrownBy(() -> new Tuner(base, settings(method, Pooling.AUTO, tooLong)).tune(data))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "maxLength must be at most %d for the base %s, got %d"
                  .formatted(tooLong - 1, base.name(), tooLong));
      assertThat(Engine.heldObjects()).isLessThanOrEqualTo(before);
    }
  }

  @Test
  void anAdapterForALongerBaseIsFreed() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 9, false));
    Path folder = temporary.resolve("adapter");
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      try (TunedModel tuned = new Tuner(base, settings("lora", Pooling.MEAN, 16)).tune(data)) {
        AdapterFolder.save(folder, tuned.model(), NOTHING);
      }
      AdapterFolder.load(folder, base, DType.F32).close();
      Path json = folder.resolve("haori.json");
      Files.writeString(
          json, Files.readString(json).replace("\"maxLength\" : 16", "\"maxLength\" : 100000"));
      long before = Engine.heldObjects();
      assertThatThrownBy(() -> AdapterFolder.load(folder, base, DType.F32))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("maxLength must be at most ");
      assertThat(Engine.heldObjects()).isLessThanOrEqualTo(before);
    }
  }
}
