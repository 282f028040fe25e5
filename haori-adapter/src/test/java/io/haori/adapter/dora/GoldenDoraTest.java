package io.haori.adapter.dora;

import io.haori.adapter.golden.GoldenAdapter;
import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.grad.Parameter;
import io.haori.testkit.Golden;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DoRA against the reference implementations, on tiny random models. */
class GoldenDoraTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "bert-dora-qv, bert-classification, false",
    "bert-dora-qv, bert-classification, true",
    "bert-dora-all, bert-classification, false",
    "bert-dora-all, bert-classification, true",
    "llama-dora-all, llama-causal, false",
    "llama-dora-all, llama-causal, true",
    "vit-dora-qv, vit-classification, false",
    "vit-dora-qv, vit-classification, true",
    "dinov2-dora-qv, dinov2-classification, false",
    "dinov2-dora-qv, dinov2-classification, true"
  })
  void oneStepWithADetachedNormIsThatOfTheReference(
      String name, String base, boolean checkpointing) {
    GoldenAdapter.assertOneStep(name, base, checkpointing, temporary);
  }

  @ParameterizedTest
  @CsvSource({
    "bert-dora-qv, bert-classification",
    "bert-dora-all, bert-classification",
    "llama-dora-all, llama-causal",
    "vit-dora-qv, vit-classification",
    "dinov2-dora-qv, dinov2-classification"
  })
  void mergedWeightsGiveTheLogitsOfTheReference(String name, String base) {
    GoldenAdapter.assertMerged(name, base, temporary);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneStepThroughTheNormIsThatOfTheReference(boolean checkpointing) {
    Path folder = Golden.copy("bidora", temporary);
    Path numbers = Golden.copy("bidora/full-norm-dora", temporary).resolve("io.safetensors");
    try (Scope scope = Scope.open();
        Weights io = SafetensorsFile.open(numbers);
        GoldenModel model = GoldenModel.open("bert-classification", temporary);
        PeftAdapter detached = PeftFolder.read(folder, model.backbone());
        AdapterModule full = throughTheNorm(detached.module(), model)) {
      Map<String, Parameter> trained = new LinkedHashMap<>(model.head());
      for (TrainedParameter part : full.parameters()) {
        String name = "bert." + part.parameter().name();
        trained.put(
            name.replace(".weight", "").replace("lora_magnitude_vector", "magnitude"),
            part.parameter());
      }
      // The fixture's head is the base's own.
      GoldenAdapter.assertOneStep(io, model, full, trained, checkpointing);
    }
  }

  private static AdapterModule throughTheNorm(AdapterModule module, GoldenModel model) {
    DoraConfig config = ((DoraMethod) module.method()).config().withGradient(NormGradient.FULL);
    DoraMethod method = new DoraMethod(config);
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    model.backbone().slots().stream()
        .filter(slot -> module.layers().containsKey(slot.name()))
        .forEach(
            slot -> {
              AdaptedLinear layer = module.layers().get(slot.name());
              layers.put(slot.name(), method.restore(slot, layer.tensors()));
            });
    return new AdapterModule("full", method, layers);
  }
}
