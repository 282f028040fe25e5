package io.haori.adapter.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleFileTest {
  private static final AdapterMethod METHOD =
      MethodCatalogue.create("bottleneck", Map.of("width", "3", "places", "pfeiffer"));

  @TempDir Path temporary;
  private GoldenModel model;
  private Path file;

  @BeforeEach
  void openModel() {
    model = GoldenModel.open("bert-classification", temporary);
    file = temporary.resolve(ModuleFile.NAME);
  }

  @AfterEach
  void closeModel() {
    model.close();
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    try (AdapterModule written = module(1)) {
      ModuleFile.write(file, written);
      try (AdapterModule read = ModuleFile.read(file, "again", METHOD, model.backbone().slots())) {
        assertThat(read.name()).isEqualTo("again");
        assertThat(read.method()).isEqualTo(METHOD);
        assertThat(read.layers().keySet())
            .containsExactlyElementsOf(written.layers().keySet())
            .hasSize(2);
        written
            .layers()
            .forEach(
                (slot, layer) ->
                    layer
                        .tensors()
                        .forEach(
                            (name, tensor) ->
                                assertThat(
                                        tensor.equalTo(read.layers().get(slot).tensors().get(name)))
                                    .isTrue()));
      }
    }
  }

  private AdapterModule module(long seed) {
    AdapterModule module =
        AdapterModule.create("module", METHOD, model.backbone(), new Random(seed));
    try (Scope scope = Scope.open()) {
      Random random = new Random(seed);
      module
          .parameters()
          .forEach(
              part -> {
                Tensor value = part.parameter().value();
                value.addInPlace(Tensors.normal(random, 0.1, value.shape()));
              });
    }
    return module;
  }

  @Test
  void aFileOfAnotherWidthIsRefusedByItsName() {
    AdapterMethod wider =
        MethodCatalogue.create("bottleneck", Map.of("width", "4", "places", "pfeiffer"));
    try (AdapterModule written = module(1)) {
      ModuleFile.write(file, written);
      int hidden = model.backbone().width();
      assertThatThrownBy(() -> ModuleFile.read(file, "again", wider, model.backbone().slots()))
          .isInstanceOf(UserError.class)
          .hasMessage(
              file
                  + ": shape of encoder.layer.0.output.dense.bottleneck_down.weight must be [4, "
                  + hidden
                  + "] for this base and width, got [3, "
                  + hidden
                  + "]");
    }
  }

  @Test
  void aTensorOnALayerThatTheMethodDoesNotAdaptIsNamed() {
    try (Scope scope = Scope.open()) {
      SafetensorsWriter.write(
          file, Map.of("encoder.layer.9.up\n", Tensors.zeros(DType.F32, 1)), Map.of());
    }
    assertThatThrownBy(() -> ModuleFile.read(file, "again", METHOD, model.backbone().slots()))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ": 'encoder.layer.9.up")
        .hasMessageEndingWith("' sits on no layer of this base that the method adapts");
  }

  @Test
  void aMissingLayerIsNamed() {
    try (Scope scope = Scope.open()) {
      SafetensorsWriter.write(file, Map.of(), Map.of());
    }
    assertThatThrownBy(() -> ModuleFile.read(file, "again", METHOD, model.backbone().slots()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ": encoder.layer.0.output.dense.bottleneck_down.weight must be in the adapter,"
                + " found no such tensor");
  }

  @Test
  void wholeNumbersInPlaceOfWeightsAreRefused() {
    String name = "encoder.layer.0.output.dense.bottleneck_down.weight";
    try (Scope scope = Scope.open()) {
      SafetensorsWriter.write(file, Map.of(name, Tensors.of(new long[] {1, 2}, 2)), Map.of());
    }
    assertThatThrownBy(() -> ModuleFile.read(file, "again", METHOD, model.backbone().slots()))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": " + name + " must have a floating type, got I64");
  }
}
