package io.haori.training.condense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.LoopListener;
import io.haori.training.task.HeadStart;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedSoupTest {
  @TempDir Path temporary;
  private TextBase base;
  private TokenizedDataset rows;

  @BeforeEach
  void open() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 48, false));
    rows = TokenizedDataset.of(data, base.reader(), 16);
  }

  @AfterEach
  void close() {
    base.close();
  }

  private static TuneSettings settings(String method) {
    return TuneSettings.builder(method)
        .pooling(Pooling.MEAN)
        .precision(DType.F32)
        .maxLength(16)
        .batchSize(8)
        .learningRate(1e-2)
        .epochs(3)
        .headStart(HeadStart.PROBE)
        .build();
  }

  @Test
  void theHeadIsTheMeanAndTheModuleIsStoredAsOne() throws IOException {
    TuneSettings settings = settings("lora");
    List<float[]> heads = new ArrayList<>();
    List<Map<String, Double>> tests = new ArrayList<>();
    for (long seed = 42; seed < 45; seed++) {
      try (TunedModel one = new Tuner(base, settings.withSeed(seed)).tune(rows)) {
        heads.add(one.model().heads().parameters().get(0).value().toFloats());
        tests.add(Predictions.of(one.model(), rows.data().test()).scores().byName());
      }
    }
    List<Integer> heard = new ArrayList<>();
    LoopListener listener =
        new LoopListener() {
          @Override
          public void onStep(Step step) {
            heard.add(step.step());
          }
        };
    try (SeedSoup soup =
        SeedSoup.of(base, settings, null, rows, 3, listener, () -> false).orElseThrow()) {
      assertThat(heard).startsWith(1, 2, 3).hasSize(heard.get(heard.size() - 1));
      assertThat(soup.singleTest()).isEqualTo(tests);
      assertThat(soup.energyLost()).isBetween(0.0, 0.9);
      TextModel model = soup.tuned().model();
      float[] mean = model.heads().parameters().get(0).value().toFloats();
      for (int i = 0; i < mean.length; i++) {
        float expected = (heads.get(0)[i] + heads.get(1)[i] + heads.get(2)[i]) / 3;
        assertThat(mean[i]).isCloseTo(expected, within(1e-5f));
      }
      assertThat(soup.tuned().validation().get("accuracy")).isGreaterThan(0.6);
      Path folder = temporary.resolve("soup");
      AdapterFolder.save(folder, model, soup.tuned().provenance(rows.data(), settings, Map.of()));
      try (TextModel loaded = AdapterFolder.load(folder, base, DType.F32)) {
        assertThat(Predictions.of(loaded, rows.data().test()).answers())
            .isDeepEqualTo(Predictions.of(model, rows.data().test()).answers());
      }
    }
  }

  @Test
  void aStopGivesNothingAndBoundsAreNamed() {
    assertThat(SeedSoup.of(base, settings("lora"), null, rows, 2, LoopListener.SILENT, () -> true))
        .isEmpty();
    assertThatThrownBy(
            () ->
                SeedSoup.of(
                    base, settings("lora"), null, rows, 1, LoopListener.SILENT, () -> false))
        .isInstanceOf(UserError.class)
        .hasMessage("seeds must be in [2, 64], got 1");
    assertThatThrownBy(
            () ->
                SeedSoup.of(
                    base, settings("bottleneck"), null, rows, 2, LoopListener.SILENT, () -> false))
        .isInstanceOf(UserError.class)
        .hasMessage("seeds must be 1 for a method without a rank, got bottleneck");
  }
}
