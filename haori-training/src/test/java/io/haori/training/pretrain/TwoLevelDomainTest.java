package io.haori.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyDecoder;
import io.haori.training.data.DataFile;
import io.haori.training.data.DataOptions;
import io.haori.training.data.PromptedDataset;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A decoder's module learns to answer at two levels. */
class TwoLevelDomainTest {
  private static final String MAGNITUDE = "lora_magnitude_vector";

  @TempDir static Path temporary;
  private static Path folder;
  private static Path rows;

  @BeforeAll
  static void makeFiles() throws IOException {
    folder = TinyDecoder.folder(temporary);
    rows = Files.createDirectories(temporary.resolve("rows"));
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < 20; row++) {
      // Every row is there twice.
      lines.add(
          "{\"prompt\": \"A cat %d is\", \"completion\": \" %s.\"}"
              .formatted(row / 2, row % 3 == 0 ? "red" : "green at home"));
    }
    Files.write(rows.resolve("train.jsonl"), lines);
    Files.write(rows.resolve("validation.jsonl"), lines.subList(3, 6));
  }

  private static PretrainSettings settings(Map<String, String> ofMethod, int epochs) {
    return new PretrainSettings(
        ObjectiveChoice.CAUSAL,
        MethodCatalogue.create("bidora", ofMethod),
        epochs,
        4,
        32,
        DType.F32,
        BaseOptions.DEFAULT,
        new AdamWConfig(1e-2, 0.9, 0.999, 1e-8, 0.01),
        Schedule.DEFAULT,
        1.0,
        0.1,
        0.1,
        0,
        false,
        5,
        42);
  }

  private static DomainCorpus corpus() {
    PromptedDataset data = PromptedDataset.read(rows, DataOptions.USUAL);
    DataFile validation = data.validation();
    return new DomainCorpus(
        "answers", List.of(data.train()), validation == null ? List.of() : List.of(validation));
  }

  private static Map<String, float[]> learnt(Map<String, String> ofMethod, int epochs) {
    Map<String, float[]> values = new TreeMap<>();
    PretrainListener kept =
        new PretrainListener() {
          @Override
          public void onModule(DomainResult result, AdapterModule module) {
            for (TrainedParameter part : module.parameters()) {
              values.put(part.parameter().name(), part.parameter().value().toFloats());
            }
          }
        };
    try (TextBase base = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT)) {
      new Pretrainer(base, settings(ofMethod, epochs)).listener(kept).run(List.of(corpus()));
    }
    return values;
  }

  @Test
  void equalRowsAreInOnePartAndNoRowIsInBoth() {
    try (TextBase base = TextBase.open(folder.toString(), DType.F32, FetchListener.SILENT)) {
      PretrainSettings settings = settings(Map.of(), 1);
      Objective objective = ObjectiveChoice.create(base, settings);
      List<String> all = DomainTexts.parts(corpus(), objective, settings).train();
      TwoLevelDomain.Texts parts = TwoLevelDomain.Texts.of(all, 0.3);
      Set<String> both = new TreeSet<>(parts.inner());
      both.retainAll(parts.outer());
      assertThat(both).isEmpty();
      assertThat(parts.inner().size() + parts.outer().size()).isEqualTo(20);
      assertThat(Set.copyOf(parts.outer())).hasSize(Math.round(0.3f * Set.copyOf(all).size()));
    }
  }

  /** In the last phase the magnitudes are as they were found, and the directions move. */
  @Test
  void magnitudesMoveOnTheUpperLevelAlone() {
    Map<String, float[]> levels = learnt(Map.of("lastEpochs", "0"), 2);
    Map<String, float[]> last = learnt(Map.of("lastEpochs", "2"), 2);
    Map<String, float[]> slow = learnt(Map.of("lastEpochs", "0", "upperRate", "1e-9"), 2);
    int magnitudes = 0;
    for (Map.Entry<String, float[]> one : levels.entrySet()) {
      String name = one.getKey();
      if (name.endsWith(MAGNITUDE)) {
        magnitudes++;
        assertThat(last.get(name)).as(name).isEqualTo(one.getValue());
        assertThat(slow.get(name)).as(name).isNotEqualTo(one.getValue());
      } else {
        assertThat(last.get(name)).as(name).isNotEqualTo(one.getValue());
      }
    }
    assertThat(magnitudes).isPositive();
  }

  /** Without the second term of the hypergradient they would be 1.6e-2 apart. */
  @Test
  void bothWaysToLookAheadLeadToTheSameMagnitudes() {
    Map<String, float[]> finite = learnt(Map.of("lastEpochs", "0"), 2);
    Map<String, float[]> exact = learnt(Map.of("lastEpochs", "0", "hypergradient", "exact"), 2);
    finite.forEach(
        (name, values) -> {
          float[] others = exact.get(name);
          for (int i = 0; i < values.length; i++) {
            assertThat(others[i]).as(name).isCloseTo(values[i], within(1e-3f));
          }
        });
  }

  @Test
  void rowsThatAreAllAlikeCannotBeParted() {
    assertThatThrownBy(() -> TwoLevelDomain.Texts.of(List.of("a", "a"), 0.2))
        .isInstanceOf(UserError.class)
        .hasMessage("training rows must be at least 2 different ones for two levels, got 1");
  }
}
