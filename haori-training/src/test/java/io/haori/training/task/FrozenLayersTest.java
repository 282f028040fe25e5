package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.folder.EpochResult;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.frozen.FrozenLayers;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.LoopListener;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is below the lowest adapter is computed once, and nothing else changes. */
final class FrozenLayersTest {
  @TempDir Path temporary;

  private TextBase open(DType dtype) {
    return TextBase.open(TinyBase.folder(temporary).toString(), dtype, FetchListener.SILENT);
  }

  private static AdapterMethod on(String method, String layers) {
    return MethodCatalogue.create(
        method, Map.of("targets", "regex:.*layer\\.[" + layers + "]\\..*(query|value)"));
  }

  private static TuneSettings settings(AdapterMethod method, Pooling pooling, DType dtype) {
    LoopConfig loop =
        LoopConfig.DEFAULT
            .withEpochs(3)
            .withOptimizer(new AdamWConfig(1e-2, 0.9, 0.999, 1e-8, 0.01));
    return new TuneSettings(method, loop, new TextOptions(pooling, 16, dtype), 8, false);
  }

  private static long files(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.getFileName().toString().startsWith("haori-states-")).count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lora, 1, MEAN, F32, 1",
    "dora, 1, CLS, F32, 1",
    "lora, 1, MEAN, BF16, 1",
    "lora, 01, MEAN, F32, 0",
  })
  void aRunWithKeptStatesEndsInTheSameBitsWhereProductsDoNotDependOnHowManyRowsThereAre(
      String method, String layers, Pooling pooling, DType dtype, int kept) throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    TuneSettings settings = settings(on(method, layers), pooling, dtype);
    List<String> notes = new ArrayList<>();
    try (TextBase base = open(dtype);
        PreparedFit fit = prepared(base, settings, data, temporary, notes);
        TunedModel anew = new Tuner(base, settings).keepFrozenLayersIn(null).tune(data);
        TunedModel once = new Tuner(base, settings).keepFrozenLayersIn(temporary).tune(data)) {
      assertThat(fit.task().keptLayers()).isEqualTo(kept);
      float[][] answers = Predictions.of(once.model(), data.test()).answers();
      float[][] wanted = Predictions.of(anew.model(), data.test()).answers();
      if (RowProducts.areApart(base, data)) {
        assertThat(losses(once)).isEqualTo(losses(anew));
        assertThat(answers).isDeepEqualTo(wanted);
      } else {
        // Processors without AVX-512: a product's last bits depend on the number of its rows.
        for (int row = 0; row < wanted.length; row++) {
          assertThat(answers[row])
              .containsExactly(wanted[row], within(dtype == DType.F32 ? 1e-3f : 0.05f));
        }
      }
    }

    assertThat(notes).isEmpty();
    assertThat(files(temporary)).isZero();
  }

  private static PreparedFit prepared(
      TextBase base, TuneSettings settings, Dataset data, Path folder, List<String> notes) {
    return PreparedFit.of(
        base,
        settings,
        null,
        null,
        TokenizedDataset.of(data, base.reader(), settings.text().maxLength()),
        new FrozenLayers.Use(folder, notes::add));
  }

  @Test
  void aSingleEpochReadsNothingTwice() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    TuneSettings three = settings(on("lora", "1"), Pooling.MEAN, DType.F32);
    TuneSettings one =
        new TuneSettings(three.method(), three.loop().withEpochs(1), three.text(), 8, false);
    try (TextBase base = open(DType.F32);
        PreparedFit fit = prepared(base, one, data, temporary, new ArrayList<>())) {
      assertThat(fit.task().keptLayers()).isZero();
    }
  }

  private static List<EpochResult> losses(TunedModel tuned) {
    return tuned.training().history();
  }

  @Test
  void aFolderThatCannotBeWrittenIsOneSentenceAndTheRunGoesOn() throws IOException {
    Path missing = temporary.resolve("missing");
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
    List<String> notes = new ArrayList<>();
    try (TextBase base = open(DType.F32);
        TunedModel tuned =
            new Tuner(base, settings(on("lora", "1"), Pooling.MEAN, DType.F32))
                .keepFrozenLayersIn(missing)
                .listener(
                    new LoopListener() {
                      @Override
                      public void onNote(String sentence) {
                        notes.add(sentence);
                      }
                    })
                .tune(data)) {
      assertThat(tuned.training().history()).hasSize(3);
    }
    assertThat(notes)
        .containsExactly(
            "The lowest layer is computed anew in every epoch: the states would take 0 MB, and"
                + " half of what is free in "
                + missing
                + " is 0 MB; -Djava.io.tmpdir names another folder.");
  }

  @Test
  void frozenAreTheLayersBelowTheLowestAdapterButNeverAll() {
    try (TextBase base = open(DType.F32)) {
      int all = base.backbone().layers();
      assertThat(all).isEqualTo(2);
      assertThat(base.backbone().frozenLayers(Adaptation.NONE)).isEqualTo(all - 1);
      assertThat(frozenUnder(base, on("lora", "1"))).isEqualTo(1);
      assertThat(frozenUnder(base, on("lora", "0"))).isZero();
      base.backbone().weights().get(0).makeTrainable();
      assertThat(base.backbone().frozenLayers(Adaptation.NONE)).isZero();
    }
  }

  private static int frozenUnder(TextBase base, AdapterMethod method) {
    try (AdapterModule module =
        AdapterModule.create("task", method, base.backbone(), new SplittableRandom(1))) {
      return base.backbone().frozenLayers(module);
    }
  }
}
