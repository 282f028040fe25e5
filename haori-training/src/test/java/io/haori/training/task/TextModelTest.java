package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a Java program asks of a fitted model. */
class TextModelTest {
  @TempDir Path temporary;

  private static TuneSettings settings(DType precision) {
    return TuneSettings.builder("lora")
        .set("rank", 4)
        .epochs(2)
        .learningRate(1e-2)
        .batchSize(8)
        .maxLength(16)
        .precision(precision)
        .build();
  }

  private Dataset data(boolean domains) throws IOException {
    return Dataset.read(TinyBase.data(temporary.resolve("data"), 24, domains));
  }

  private static List<String> texts(Dataset data) {
    return data.test().rows().stream().map(Row::text).toList();
  }

  @Test
  void aPredictionHasTheLabelItsProbabilityAndThoseOfAllLabels() throws IOException {
    Dataset data = data(false);
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(DType.F32)).tune(data)) {
      List<Prediction> predictions = tuned.model().predict(texts(data));
      float[][] answers = Predictions.of(tuned.model(), data.test()).answers();
      assertThat(predictions).hasSize(12);
      for (int row = 0; row < 12; row++) {
        Prediction prediction = predictions.get(row);
        assertThat(prediction.probabilities().keySet()).containsExactly("a", "b", "c");
        assertThat(prediction.probabilities().values())
            .containsExactly(
                (double) answers[row][0], (double) answers[row][1], (double) answers[row][2]);
        assertThat(prediction.label())
            .isEqualTo(List.of("a", "b", "c").get(Predictions.greatest(answers[row])));
        assertThat(prediction.probability())
            .isEqualTo(prediction.probabilities().get(prediction.label()));
        assertThat(prediction.value()).isNaN();
      }
      assertThat(tuned.model().predict(List.of())).isEmpty();
    }
  }

  @Test
  void aRegressionNeedsNoFurtherSettingAndGivesItsNumber() throws IOException {
    Path folder = TinyBase.data(temporary.resolve("numbers"), 24, false);
    for (String split : List.of("train", "validation", "test")) {
      Path file = folder.resolve(split + ".jsonl");
      String rows = Files.readString(file);
      Files.writeString(
          file, rows.replace("\"a\"", "1.5").replace("\"b\"", "2.5").replace("\"c\"", "3.5"));
    }
    Dataset data = Dataset.read(folder);
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(DType.F32)).tune(data)) {
      assertThat(tuned.validation()).containsKey("pearson");
      Prediction prediction = tuned.model().predict(texts(data).get(0));
      assertThat(prediction.value())
          .isCloseTo(Predictions.of(tuned.model(), data.test()).answers()[0][0], within(1e-5));
      assertThat(prediction.label()).isEqualTo(String.valueOf((float) prediction.value()));
      assertThat(prediction.probability()).isNaN();
      assertThat(prediction.probabilities()).isEmpty();
    }
  }

  @Test
  void eachDomainsRowIsAnsweredByItsHead() throws IOException {
    Dataset data = data(true);
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(DType.F32)).tune(data)) {
      assertThat(tuned.model().predictRows(data.test().rows())).hasSize(12);
      assertThatThrownBy(() -> tuned.model().predict(texts(data)))
          .isInstanceOf(UserError.class)
          .hasMessage("rows[0].domain must be one of even, odd, got none");
    }
  }

  @Test
  void anAdapterChangesTheVectorsOfItsBase() throws IOException {
    Dataset data = data(false);
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(DType.F32)).tune(data)) {
      List<String> texts = texts(data);
      TextOptions options = tuned.model().options();
      float[][] before = base.embed(texts, options);
      float[][] after = tuned.model().embed(texts);
      assertThat(before).hasDimensions(12, base.backbone().width());
      assertThat(after).hasDimensions(12, base.backbone().width());
      assertThat(after[3]).isNotEqualTo(before[3]);
      assertThat(tuned.model().embed(texts.get(3))).containsExactly(after[3], within(1e-5f));
      assertThat(base.embed(texts.get(3))).hasSize(before[3].length);
      assertThat(base.embed(List.of())).isEmpty();
    }
  }

  @Test
  void aBlankTextIsNamedByItsPlace() throws IOException {
    Dataset data = data(false);
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings(DType.F32)).tune(data)) {
      assertThatThrownBy(() -> tuned.model().predict(List.of("wordaf", " ")))
          .isInstanceOf(UserError.class)
          .hasMessage("texts[1] must be a text that is not blank, got \" \"");
      assertThatThrownBy(() -> base.embed(""))
          .isInstanceOf(UserError.class)
          .hasMessage("texts[0] must be a text that is not blank, got \"\"");
      TextOptions tooLong = new TextOptions(TextOptions.usual().pooling(), 9999, DType.F32);
      assertThatThrownBy(() -> base.embed(List.of("wordaf"), tooLong))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "maxLength must be at most %d for the base %s, got 9999"
                  .formatted(base.backbone().positions(), base.name()));
    }
  }

  @Test
  void aClosedModelSaysSoAndMayBeClosedAgain() throws IOException {
    Dataset data = data(false);
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      TunedModel tuned = new Tuner(base, settings(DType.F32)).tune(data);
      tuned.close();
      tuned.close();
      assertThatThrownBy(() -> tuned.model().predict("wordaf"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the model is closed");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16"})
  void manyThreadsPredictEmbedAndTuneOnOneBaseAndGetWhatOneThreadGets(DType precision)
      throws Exception {
    Dataset data = data(false);
    TuneSettings settings = settings(precision);
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel tuned = new Tuner(base, settings).tune(data)) {
      TextModel model = tuned.model();
      List<String> texts = texts(data);
      List<Prediction> alone = model.predict(texts);
      float[][] vectors = model.embed(texts);
      float[][] ofBase = base.embed(texts, model.options());
      List<Callable<Object>> work = new ArrayList<>();
      for (int round = 0; round < 20; round++) {
        work.add(() -> assertThat(model.predict(texts)).isEqualTo(alone));
        work.add(() -> assertThat(model.embed(texts)).isDeepEqualTo(vectors));
        work.add(() -> assertThat(base.embed(texts, model.options())).isDeepEqualTo(ofBase));
      }
      work.add(
          () -> {
            try (TunedModel second = new Tuner(base, settings).tune(data)) {
              return assertThat(second.model().predict(texts)).isEqualTo(alone);
            }
          });
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        for (Future<Object> done : threads.invokeAll(work)) {
          assertThat(done.get()).isNotNull();
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }
}
