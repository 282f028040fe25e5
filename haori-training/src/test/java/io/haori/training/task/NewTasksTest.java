package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.multilabel.LabelNames;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.tagging.WordTags;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import io.haori.training.task.answer.Predictions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels and tags from rows to a stored model and back, on a tiny base. */
class NewTasksTest {
  @TempDir Path temporary;

  private static TextBase base(Path place) {
    return TextBase.open(TinyBase.folder(place).toString(), DType.F32, FetchListener.SILENT);
  }

  private static String word(int id) {
    return "word" + (char) ('a' + id / 26) + (char) ('a' + id % 26);
  }

  private static Dataset labels() {
    SplittableRandom random = new SplittableRandom(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      List<String> words = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        if (random.nextInt(5) < 2) {
          words.add(word(8 + k));
          labels.add("abc".substring(k, k + 1));
        }
      }
      words.add(word(20 + random.nextInt(70)));
      words.add(word(20 + random.nextInt(70)));
      rows.add(Row.of(String.join(" ", words), new LabelNames(labels)));
    }
    return Dataset.of(rows).split(42);
  }

  private static Dataset tags() {
    SplittableRandom random = new SplittableRandom(4);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      List<String> words = new ArrayList<>();
      List<String> tags = new ArrayList<>();
      for (int k = 0; k < 3 + random.nextInt(4); k++) {
        boolean name = random.nextInt(3) == 0;
        words.add(name ? word(8) : word(20 + random.nextInt(70)));
        tags.add(name ? "B-PER" : "O");
      }
      rows.add(Row.ofWords(words, new WordTags(tags)));
    }
    return Dataset.of(rows).split(42);
  }

  private static TuneSettings settings(String method, int batch, int accumulation, int epochs) {
    LoopConfig loop =
        LoopConfig.DEFAULT
            .withEpochs(epochs)
            .withAccumulation(accumulation)
            .withSchedule(new Schedule(Schedule.Shape.CONSTANT, 0, 0))
            .withOptimizer(new AdamWConfig(2e-2, 0.9, 0.999, 1e-8, 0.01));
    return new TuneSettings(
        MethodCatalogue.create(method, Map.of()),
        loop,
        new TextOptions(Pooling.AUTO, 16, DType.F32),
        batch,
        false);
  }

  private void assertLearntStoredAndRead(Dataset data, String method, double least)
      throws Exception {
    Path folder = temporary.resolve("adapter");
    try (TextBase base = base(temporary.resolve("base"))) {
      float[][] answers;
      List<Prediction> said;
      try (TunedModel tuned = new Tuner(base, settings(method, 16, 1, 8)).tune(data)) {
        Predictions predictions = Predictions.of(tuned.model(), data.test());
        String main = data.labels().task().mainScore();
        assertThat(predictions.scores().primary()).isGreaterThan(least);
        assertThat(tuned.validation()).containsKey(main);
        answers = predictions.answers();
        said = tuned.model().predictRows(data.test().rows());
        AdapterFolder.save(
            folder,
            tuned.model(),
            tuned.provenance(data, settings(method, 16, 1, 8), predictions.scores().byName()));
      }
      try (TextModel loaded = AdapterFolder.load(folder, base, DType.F32)) {
        assertThat(loaded.heads().labels()).isEqualTo(data.labels());
        assertThat(Predictions.of(loaded, data.test()).answers()).isDeepEqualTo(answers);
        assertThat(loaded.predictRows(data.test().rows())).isEqualTo(said);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora", "frozen", "bidora"})
  void severalLabelsAreLearntStoredAndReadAgain(String method) throws Exception {
    assertLearntStoredAndRead(labels(), method, method.equals("lora") ? 0.7 : 0.3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora", "frozen", "bidora"})
  void tagsAreLearntStoredAndReadAgain(String method) throws Exception {
    assertLearntStoredAndRead(tags(), method, 0.8);
  }

  @Test
  void howeverTheBatchesAreCutAStepWeighsEveryWordTheSame() {
    Dataset data = tags();
    float[][][] answers = new float[2][][];
    double[] losses = new double[2];
    int[][] cuts = {{data.train().rows().size(), 1}, {7, 1000}};
    for (int run = 0; run < 2; run++) {
      try (TextBase base = base(temporary.resolve("base" + run));
          TunedModel tuned =
              new Tuner(base, settings("lora", cuts[run][0], cuts[run][1], 3)).tune(data)) {
        answers[run] = Predictions.of(tuned.model(), data.test()).answers();
        losses[run] = tuned.training().history().get(0).loss();
      }
    }
    assertThat(losses[1]).isCloseTo(losses[0], within(1e-5));
    for (int row = 0; row < answers[0].length; row++) {
      assertThat(answers[1][row]).containsExactly(answers[0][row], within(2e-3f));
    }
  }

  @Test
  void aCutWordHasNoTagAndCountsAsOutside() {
    Dataset data = tags();
    try (TextBase base = base(temporary.resolve("base"));
        TunedModel tuned = new Tuner(base, settings("frozen", 16, 1, 1)).tune(data)) {
      List<String> words = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        words.add(word(20 + i));
      }
      Prediction said = tuned.model().predictRows(List.of(Row.ofWords(words, null))).get(0);
      assertThat(said.labels()).hasSize(20);
      assertThat(said.labels().subList(14, 20)).containsOnly("");
      assertThat(said.labels().subList(0, 14)).doesNotContain("");
      assertThat(said.labelProbabilities().get(19)).isNaN();
      Prediction split = tuned.model().predict(word(21) + "  " + word(22));
      assertThat(split.labels()).hasSize(2);
    }
  }

  @Test
  void aThresholdDecidesWhichLabelsApplyAndOnlyThere() {
    Dataset data = labels();
    try (TextBase base = base(temporary.resolve("base"));
        TunedModel tuned = new Tuner(base, settings("frozen", 16, 1, 1)).tune(data)) {
      Predictions usual = Predictions.of(tuned.model(), data.test());
      double all = usual.at(1e-6).scores().byName().get("recall");
      double none = usual.at(1 - 1e-6).scores().byName().get("recall");
      assertThat(all).isEqualTo(1);
      assertThat(none).isZero();
    }
    assertThatThrownBy(() -> TaskCatalogue.CLASSIFICATION.at(0.5))
        .isInstanceOf(UserError.class)
        .hasMessage("threshold must be left out for classification, got 0.5");
    assertThatThrownBy(() -> TaskCatalogue.find("multi-label").orElseThrow().at(1))
        .hasMessage("threshold must be in (0, 1), got 1.0");
  }
}
