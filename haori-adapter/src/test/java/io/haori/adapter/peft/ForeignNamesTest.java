package io.haori.adapter.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.golden.GoldenModel;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The names that programs put into a PEFT folder, and folders inside folders. */
class ForeignNamesTest {
  private static final String LAYER = "base_model.model.bert.encoder.layer.0.attention.self.query.";

  @TempDir Path temporary;

  private Path changed(BiConsumer<String, Map<String, Tensor>> change) {
    Path folder = Golden.copy("adapters/bert-lora-qv", temporary);
    Path file = folder.resolve(PeftFolder.TENSORS);
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      try (SafetensorsFile stored = SafetensorsFile.open(file)) {
        for (String name : stored.names()) {
          tensors.put(name, stored.load(name));
          change.accept(name, tensors);
        }
      }
      SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }
    return folder;
  }

  private static void rename(Map<String, Tensor> tensors, String from, String to) {
    Tensor tensor = tensors.remove(from);
    if (tensor != null) {
      tensors.put(to, tensor);
    }
  }

  @Test
  void namesOfAModelInMemoryMeanTheSameTensors() {
    Path plain = Golden.copy("adapters/bert-lora-qv", temporary.resolve("plain"));
    Path folder =
        changed(
            (name, tensors) ->
                rename(
                    tensors,
                    name,
                    name.replaceFirst("(lora_[AB])\\.", "$1.default.")
                        .replaceFirst("classifier\\.", "classifier.modules_to_save.default.")));

    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary);
        PeftAdapter expected = PeftFolder.read(plain, model.backbone());
        PeftAdapter adapter = PeftFolder.read(folder, model.backbone())) {
      assertThat(adapter.headTensors().keySet())
          .containsExactlyInAnyOrder("classifier.weight", "classifier.bias");
      assertThat(adapter.module().layers().keySet()).isEqualTo(expected.module().layers().keySet());
      String slot = "encoder.layer.1.attention.self.value";
      Tensor up = adapter.module().layers().get(slot).tensors().get("lora_B.weight");
      assertThat(up.equalTo(expected.module().layers().get(slot).tensors().get("lora_B.weight")))
          .isTrue();
    }
  }

  @Test
  void aPoolerThatWasTrainedWithTheHeadIsPartOfTheHead() {
    Path folder =
        changed(
            (name, tensors) ->
                tensors.putIfAbsent(
                    "base_model.model.bert.pooler.dense.bias", Tensors.full(0.5, DType.F32, 32)));

    assertThat(PeftFolder.describe(folder).headShapes())
        .containsEntry("pooler.dense.bias", List.of(32L))
        .containsKeys("classifier.weight", "classifier.bias");
    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("bert-classification", temporary);
        PeftAdapter adapter = PeftFolder.read(folder, model.backbone())) {
      assertThat(adapter.headTensors()).containsKey("pooler.dense.bias");
      Path written = temporary.resolve("written");
      PeftFolder.write(written, adapter.module(), adapter.headTensors(), adapter.settings());
      try (SafetensorsFile stored = SafetensorsFile.open(written.resolve(PeftFolder.TENSORS))) {
        assertThat(stored.names())
            .contains("base_model.model.bert.pooler.dense.bias", LAYER + "lora_B.weight");
      }
    }
  }

  @Test
  void oneTensorUnderTwoNamesIsRefused() {
    Path folder =
        changed(
            (name, tensors) -> {
              if (name.equals(LAYER + "lora_A.weight")) {
                tensors.put(LAYER + "lora_A.food.weight", tensors.get(name));
              }
            });

    try (GoldenModel model = GoldenModel.open("bert-classification", temporary)) {
      assertThatThrownBy(() -> PeftFolder.read(folder, model.backbone()))
          .isInstanceOf(UserError.class)
          .hasMessage(
              folder.resolve(PeftFolder.TENSORS)
                  + ": '"
                  + LAYER
                  + "lora_A.weight' and '"
                  + LAYER
                  + "lora_A.food.weight' are the same tensor");
    }
  }

  @Test
  void aTensorThatIsNotFiniteIsNamed() {
    Path folder =
        changed(
            (name, tensors) -> {
              if (name.equals("base_model.model.classifier.bias")) {
                tensors.put(name, Tensors.full(Double.NaN, DType.F32, tensors.get(name).shape()));
              }
            });

    try (GoldenModel model = GoldenModel.open("bert-classification", temporary)) {
      assertThatThrownBy(() -> PeftFolder.read(folder, model.backbone()))
          .isInstanceOf(UserError.class)
          .hasMessage(
              folder.resolve(PeftFolder.TENSORS)
                  + ": 'base_model.model.classifier.bias' must hold finite numbers, got NaN");
    }
  }

  @Test
  void anAdapterInAFolderOfItsNameIsFound() throws IOException {
    Path golden = Golden.copy("adapters/bert-lora-qv", temporary);
    Path around = golden.getParent();
    assertThat(PeftFolder.located(around)).isEqualTo(golden);
    assertThat(PeftFolder.located(golden)).isEqualTo(golden);
    assertThat(PeftFolder.located(temporary.resolve("nothing")))
        .isEqualTo(temporary.resolve("nothing"));

    Path another = Files.createDirectories(around.resolve("tools"));
    Files.copy(golden.resolve(PeftFolder.CONFIG), another.resolve(PeftFolder.CONFIG));
    assertThatThrownBy(() -> PeftFolder.located(around))
        .isInstanceOf(UserError.class)
        .hasMessage(
            around + ": holds the adapters bert-lora-qv, tools; name the folder of one of them");
  }
}
