package io.haori.adapter.peft;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.golden.GoldenModel;
import io.haori.model.weights.SafetensorsFile;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.testkit.Golden;
import java.nio.file.Path;
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
}
