package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However the batches of a step are cut, the step is the same. */
class AccumulationTest {
  @TempDir Path temporary;

  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  private record Outcome(float[][] answers, double firstLoss, int steps) {}

  private static TuneSettings settings(int batchSize, int accumulation) {
    LoopConfig loop =
        LoopConfig.DEFAULT
            .withEpochs(3)
            .withAccumulation(accumulation)
            .withSchedule(new Schedule(Schedule.Shape.CONSTANT, 0, 0))
            .withOptimizer(new AdamWConfig(1e-2, 0.9, 0.999, 1e-8, 0.01));
    return new TuneSettings(
        MethodCatalogue.create("lora", Map.of()),
        loop,
        new TextOptions(Pooling.AUTO, 16, DType.F32),
        batchSize,
        false);
  }

  private Outcome tuned(Dataset data, int batchSize, int accumulation) {
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(batchSize, accumulation)).tune(data)) {
      return new Outcome(
          Predictions.of(tuned.model(), data.test()).answers(),
          tuned.training().history().get(0).loss(),
          tuned.training().steps());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5, 2, 3, false",
    "33, 32, 2, false",
    "7, 3, 3, false",
    "6, 2, 3, false",
    "11, 4, 3, true",
    "5, 1, 5, false"
  })
  void aStepOfManyShortBatchesIsTheStepOfOneLongBatch(
      int rows, int batchSize, int accumulation, boolean domains) throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), rows, domains));
    Outcome cut = tuned(data, batchSize, accumulation);
    Outcome whole = tuned(data, rows, 1);
    assertThat(cut.steps()).isEqualTo(whole.steps()).isEqualTo(3);
    assertThat(cut.firstLoss()).isCloseTo(whole.firstLoss(), within(1e-5));
    for (int row = 0; row < whole.answers().length; row++) {
      for (int label = 0; label < whole.answers()[row].length; label++) {
        assertThat((double) cut.answers()[row][label])
            .isCloseTo(whole.answers()[row][label], within(1e-4));
      }
    }
  }

  @Test
  void aRunOfOneStepLearns() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 20, false));
    LoopConfig usual = LoopConfig.DEFAULT.withEpochs(1);
    TuneSettings settings =
        new TuneSettings(
            MethodCatalogue.create("lora", Map.of()),
            usual,
            new TextOptions(Pooling.AUTO, 16, DType.F32),
            32,
            false);
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings).tune(data)) {
      assertThat(tuned.training().steps()).isEqualTo(1);
      assertThat(tuned.model().heads().tensors().get("classifier.bias").toFloats())
          .doesNotContain(0f);
      assertThat(
              tuned.model().module().parameters().stream()
                  .map(one -> one.parameter())
                  .filter(parameter -> parameter.name().contains("lora_B"))
                  .map(parameter -> parameter.value().square().sum().item()))
          .isNotEmpty()
          .allMatch(length -> length > 0);
    }
  }
}
