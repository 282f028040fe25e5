package io.haori.adapter.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.golden.GoldenModel;
import io.haori.core.check.UserError;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules of vision transformers, which transformers 5 calls otherwise than their files do. */
class LaterNamesTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"vit", "dinov2"})
  void anAdapterUnderTheNamesOfTransformers5IsTheSame(String family) {
    Path file = Golden.copy("adapters/" + family + "-lora-all", temporary);
    Path memory = Golden.copy("adapters/" + family + "-lora-all-by-5", temporary);

    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open(family + "-classification", temporary);
        PeftAdapter expected = PeftFolder.read(file, model.backbone());
        PeftAdapter adapter = PeftFolder.read(memory, model.backbone())) {
      assertThat(adapter.module().layers().keySet()).isEqualTo(expected.module().layers().keySet());
      adapter
          .module()
          .layers()
          .forEach(
              (slot, layer) ->
                  layer
                      .tensors()
                      .forEach(
                          (name, tensor) -> {
                            Tensor other = expected.module().layers().get(slot).tensors().get(name);
                            assertThat(tensor.equalTo(other)).as(slot + " " + name).isTrue();
                          }));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit", "dinov2"})
  void whatIsWrittenHasTheTensorsOfPeftUnderTheirNames(String family) {
    Path memory = Golden.copy("adapters/" + family + "-lora-all-by-5", temporary);
    Path written = temporary.resolve("written");

    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open(family + "-classification", temporary);
        PeftAdapter adapter = PeftFolder.read(memory, model.backbone())) {
      PeftFolder.write(written, adapter.module(), adapter.headTensors(), adapter.settings());

      try (SafetensorsFile ours = SafetensorsFile.open(written.resolve(PeftFolder.TENSORS));
          SafetensorsFile theirs = SafetensorsFile.open(memory.resolve(PeftFolder.TENSORS));
          PeftAdapter again = PeftFolder.read(written, model.backbone())) {
        assertThat(ours.names()).isEqualTo(theirs.names());
        for (String name : ours.names()) {
          assertThat(ours.load(name).equalTo(theirs.load(name))).as(name).isTrue();
        }
        assertThat(again.module().method()).isEqualTo(adapter.module().method());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dinov2-swiglu-lora-all", "dinov2-swiglu-dora-gate"})
  void aLayerThatIsTwoModulesIsReadAndWrittenAsTwo(String name) {
    Path folder = Golden.copy("adapters/" + name, temporary);
    Path written = temporary.resolve("written");

    try (Scope scope = Scope.open();
        GoldenModel model = GoldenModel.open("dinov2-swiglu", temporary);
        PeftAdapter adapter = PeftFolder.read(folder, model.backbone())) {
      PeftFolder.write(written, adapter.module(), adapter.headTensors(), adapter.settings());

      try (SafetensorsFile ours = SafetensorsFile.open(written.resolve(PeftFolder.TENSORS));
          SafetensorsFile theirs = SafetensorsFile.open(folder.resolve(PeftFolder.TENSORS));
          PeftAdapter again = PeftFolder.read(written, model.backbone())) {
        assertThat(ours.names()).isEqualTo(theirs.names());
        for (String slot : adapter.module().layers().keySet()) {
          Tensor base =
              model.backbone().slots().stream()
                  .filter(one -> one.name().equals(slot))
                  .findFirst()
                  .orElseThrow()
                  .weight()
                  .current();
          Tensor wanted = adapter.module().layers().get(slot).merged(base);
          assertThat(again.module().layers().get(slot).merged(base).equalTo(wanted))
              .as(slot)
              .isTrue();
        }
      }
    }
  }

  @Test
  void aLayerThatIsHalfAdaptedIsRefused() throws IOException {
    Path folder = Golden.copy("adapters/dinov2-swiglu-dora-gate", temporary);
    Path file = folder.resolve(PeftFolder.TENSORS);
    Map<String, Tensor> rest = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      try (SafetensorsFile stored = SafetensorsFile.open(file)) {
        for (String name : stored.names()) {
          if (!name.contains("up_proj")) {
            rest.put(name, stored.load(name).copy());
          }
        }
      }
      SafetensorsWriter.write(file, rest, Map.of("format", "pt"));
    }
    Path config = folder.resolve(PeftFolder.CONFIG);
    Files.writeString(config, Files.readString(config).replace("\"up_proj\"", "\"none\""));

    try (GoldenModel model = GoldenModel.open("dinov2-swiglu", temporary)) {
      assertThatThrownBy(() -> PeftFolder.read(folder, model.backbone()))
          .isInstanceOf(UserError.class)
          .hasMessage(
              file
                  + ": must adapt encoder.layer.0.mlp.gate_proj and encoder.layer.0.mlp.up_proj"
                  + " with one rank and alpha");
    }
  }
}
