package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.json.JsonSettings;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings in {@code haori.json}: JSON by the names of {@code --set}, and as they were before. */
final class SettingsInFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;

  @Test
  void everyMethodOfTheCatalogueComesBackFromTheJsonOfItsSettings() throws IOException {
    for (String name : MethodCatalogue.names()) {
      AdapterMethod method = MethodCatalogue.create(name, Map.of());
      String text = JsonSettings.of(TuneSettings.of(method).byName()).toString();
      Map<String, Object> own = new HashMap<>();
      JsonSettings.read(JSON.readTree(text))
          .forEach(
              (setting, value) -> {
                if (setting.startsWith(name + ".")) {
                  own.put(setting.substring(name.length() + 1), value);
                }
              });
      assertThat(MethodCatalogue.create(name, own)).as(text).isEqualTo(method);
    }
  }

  @Test
  void settingsAreJsonByTheNamesThatTheyAreChosenBy() {
    TuneSettings settings =
        TuneSettings.builder("lora").set("rank", 4).seed(7).precision(DType.BF16).build();

    assertThat(JsonSettings.of(settings.byName()).toPrettyString().replace(" : ", ": "))
        .isEqualTo(
            """
            {
              "baseBackward": "int8",
              "basePrecision": "auto",
              "batchSize": 32,
              "gradientCheckpointing": false,
              "lora.alpha": 16.0,
              "lora.dropout": 0.0,
              "lora.learningRateRatio": 1.0,
              "lora.rank": 4,
              "lora.rankStabilized": false,
              "lora.targets": "query,value",
              "maxLength": 128,
              "method": "lora",
              "pooling": "auto",
              "precision": "bf16",
              "training.accumulation": 1,
              "training.augment": "none",
              "training.beta1": 0.9,
              "training.beta2": 0.999,
              "training.checkpointEverySteps": 200,
              "training.epochs": 8,
              "training.epsilon": 1.0E-8,
              "training.greaterIsBetter": true,
              "training.headLearningRateRatio": 1.0,
              "training.headStart": "auto",
              "training.labelNames": "auto",
              "training.learningRate": 0.005,
              "training.loss": "task",
              "training.maxGradientNorm": 1.0,
              "training.metric": "accuracy",
              "training.patience": 0,
              "training.schedule": "linear",
              "training.seed": 7,
              "training.startShare": 0.0,
              "training.temperature": 0.1,
              "training.warmupShare": 0.06,
              "training.warmupSteps": 0,
              "training.weightDecay": 0.01
            }\
            """
                .replace("\n", System.lineSeparator()));
  }

  @Test
  void aStoredAdapterSaysItsSettingsAndOneOfAnEarlierVersionStillLoads() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 30, false));
    for (String name : List.of("lora", "bottleneck")) {
      Path folder = temporary.resolve(name);
      Path file = folder.resolve("haori.json");
      TuneSettings settings = TuneSettings.builder(name).epochs(1).maxLength(16).build();
      try (TextBase base =
              TextBase.open(
                  TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
          TunedModel tuned = new Tuner(base, settings).tune(data)) {
        AdapterFolder.save(folder, tuned.model(), tuned.provenance(data, settings, Map.of()));
        final float[][] trained = Predictions.of(tuned.model(), data.test()).answers();
        ObjectNode json = (ObjectNode) JSON.readTree(Files.readString(file));
        Map<String, Object> expected = new LinkedHashMap<>(settings.byName());
        expected.put("trainRows", 30);
        assertThat(json.get("settings")).hasToString(JsonSettings.of(expected).toString());
        assertThat(json.get("formatVersion").intValue()).isEqualTo(1);

        json.set("settings", ofAnEarlierVersion().get("settings"));
        Files.writeString(file, json.toString());

        try (TextModel loaded = AdapterFolder.load(folder, base, settings.text().precision())) {
          assertThat(Predictions.of(loaded, data.test()).answers()).isDeepEqualTo(trained);
        }
      }
    }
  }

  private static JsonNode ofAnEarlierVersion() throws IOException {
    try (var stream =
        SettingsInFilesTest.class.getResourceAsStream("haori-settings-as-texts.json")) {
      return JSON.readTree(Objects.requireNonNull(stream));
    }
  }
}
