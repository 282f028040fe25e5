package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Seeds;
import io.haori.testkit.TinyBase;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.probe.ProbeChoice;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadStartTest {
  @TempDir Path temporary;
  private TextBase base;

  @BeforeEach
  void open() {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
  }

  @AfterEach
  void close() {
    base.close();
  }

  private static TuneSettingsBuilder settings(String method) {
    return TuneSettings.builder(method)
        .pooling(Pooling.MEAN)
        .precision(DType.F32)
        .maxLength(16)
        .batchSize(8)
        .learningRate(1e-2)
        .epochs(2);
  }

  private Dataset data(int rows, boolean domains) throws IOException {
    return Dataset.read(TinyBase.data(temporary.resolve("data"), rows, domains));
  }

  @Test
  void aFrozenBaseHasTheProbeItselfAsItsHead() throws IOException {
    Dataset data = data(24, false);
    TuneSettings settings = settings("frozen").headStart(HeadStart.PROBE).build();
    try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
      assertThat(tuned.training().epochs()).isZero();
      assertThat(tuned.validation()).containsKey("accuracy");
      float[][] vectors =
          tuned.model().embed(data.train().rows().stream().map(row -> row.text()).toList());
      double[][] unit = new double[vectors.length][vectors[0].length];
      double mean = 0;
      for (int i = 0; i < unit.length; i++) {
        double length = 0;
        for (float x : vectors[i]) {
          length += (double) x * x;
        }
        for (int j = 0; j < unit[i].length; j++) {
          unit[i][j] = vectors[i][j] / Math.sqrt(length);
        }
        mean += Math.sqrt(length) / unit.length;
      }
      int[] classes =
          data.train().rows().stream()
              .mapToInt(row -> "abc".indexOf(row.label().names().get(0)))
              .toArray();
      long seed = Seeds.of(settings.loop().seed(), Seeds.Purpose.PARTS);
      ProbeChoice probe = ProbeChoice.fit(unit, classes, 3, seed);
      float[] weights = tuned.model().heads().parameters().get(0).value().toFloats();
      for (int j = 0; j < unit[0].length; j++) {
        assertThat(weights[j] * mean).isCloseTo(probe.model().weights()[0][j], within(2e-2));
      }
    }
  }

  @Test
  void aModuleStartsWhereTheProbeEndsAndOneHeadADomainDoes() throws IOException {
    Dataset data = data(48, true);
    TuneSettings settings = settings("lora").headStart(HeadStart.PROBE).build();
    double first;
    try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
      first = tuned.training().history().get(0).loss();
    }
    TuneSettings random = settings.withHeadStart(HeadStart.RANDOM);
    try (TunedModel tuned = new Tuner(base, random).tune(data)) {
      assertThat(first).isLessThan(tuned.training().history().get(0).loss());
    }
  }

  @Test
  void aContrastiveFitGivesVectorsThatAProbeReads() throws IOException {
    Dataset data = data(48, false);
    TuneSettings settings =
        settings("lora").epochs(12).loss(TuneLoss.CONTRASTIVE).temperature(0.1).build();
    try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
      List<Double> losses = tuned.training().history().stream().map(epoch -> epoch.loss()).toList();
      assertThat(losses.get(11)).isLessThan(losses.get(0) / 2);
      assertThat(Predictions.of(tuned.model(), data.train()).scores().byName().get("accuracy"))
          .isEqualTo(1);
      assertThat(Predictions.of(tuned.model(), data.validation()).scores().byName())
          .isEqualTo(tuned.validation());
    }
  }

  @Test
  void afterTheContrastiveHalfHeadsStartAsProbesAndLearnByTheLabels() throws IOException {
    Dataset data = data(48, false);
    TuneSettings first =
        settings("lora").epochs(12).loss(TuneLoss.CONTRASTIVE_FIRST).temperature(0.1).build();
    try (TunedModel tuned = new Tuner(base, first).tune(data)) {
      List<Double> losses = tuned.training().history().stream().map(epoch -> epoch.loss()).toList();
      assertThat(losses).hasSize(12);
      assertThat(losses.get(5)).as("of contrasts").isLessThan(losses.get(0));
      // Cross entropy of three classes: ln 3 where nothing is known.
      assertThat(losses.get(6)).as("of labels, from a probe").isLessThan(Math.log(3) / 2);
      assertThat(losses.get(11)).isLessThan(losses.get(6));
      assertThat(Predictions.of(tuned.model(), data.validation()).scores().byName())
          .isEqualTo(tuned.validation());
    }
  }

  @Test
  void itsFirstHalfIsAContrastiveFit() throws IOException {
    Dataset data = data(48, false);
    TuneSettings both = settings("lora").epochs(5).loss(TuneLoss.CONTRASTIVE_FIRST).build();
    TuneSettings alone = both.withLoss(TuneLoss.CONTRASTIVE);
    try (TunedModel first = new Tuner(base, both).tune(data);
        TunedModel contrastive = new Tuner(base, alone).tune(data)) {
      for (int epoch = 0; epoch < 3; epoch++) {
        assertThat(first.training().history().get(epoch).loss())
            .isEqualTo(contrastive.training().history().get(epoch).loss());
      }
      assertThat(first.training().history().get(3).loss())
          .isNotEqualTo(contrastive.training().history().get(3).loss());
    }
  }

  @Test
  void withoutValidationRowsTheLastEpochStays() throws IOException {
    Dataset all = data(24, false);
    DataFile none = new DataFile(all.validation().path(), List.of(), "none");
    Dataset data = new Dataset(all.folder(), all.labels(), all.train(), none, all.test());
    for (String method : List.of("frozen", "lora")) {
      for (HeadStart start : HeadStart.values()) {
        TuneSettings settings = settings(method).headStart(start).build();
        try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
          assertThat(tuned.training().bestEpoch()).isZero();
          assertThat(tuned.validation()).isEmpty();
        }
      }
    }
  }

  @Test
  void boundsAreNamed() throws IOException {
    Path numbers = Files.createDirectories(temporary.resolve("numbers"));
    for (String split : List.of("train", "validation", "test")) {
      Files.writeString(
          numbers.resolve(split + ".jsonl"),
          "{\"text\":\"wordaa\",\"label\":1.5}\n{\"text\":\"wordab\",\"label\":2.5}\n");
    }
    Dataset regression = Dataset.read(numbers);
    TuneSettings probe = settings("lora").headStart(HeadStart.PROBE).build();
    assertThatThrownBy(() -> new Tuner(base, probe).tune(regression))
        .isInstanceOf(UserError.class)
        .hasMessage("training.headStart must be auto or random for the task regression, got probe");
    TuneSettings contrastive = settings("lora").loss(TuneLoss.CONTRASTIVE).build();
    assertThatThrownBy(() -> new Tuner(base, contrastive).tune(regression))
        .isInstanceOf(UserError.class)
        .hasMessage("training.loss must be task for the task regression, got contrastive");
    TuneSettings frozen = settings("frozen").loss(TuneLoss.CONTRASTIVE).build();
    Dataset data = data(24, false);
    assertThatThrownBy(() -> new Tuner(base, frozen).tune(data))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "training.loss must be task for a method that trains the heads alone, got contrastive");
    TuneSettings levels = settings("bidora").loss(TuneLoss.CONTRASTIVE_FIRST).build();
    assertThatThrownBy(() -> new Tuner(base, levels).tune(data))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "training.loss must be task or contrastive for a method that does not learn in one"
                + " run, got contrastive-first");
    TuneSettings average =
        settings("lora").loss(TuneLoss.CONTRASTIVE_FIRST).startShare(0.5).build();
    assertThatThrownBy(() -> new Tuner(base, average).tune(data))
        .isInstanceOf(UserError.class)
        .hasMessage("training.startShare must be 0 for training.loss=contrastive-first, got 0.5");
    assertThatThrownBy(() -> settings("lora").temperature(0).build())
        .isInstanceOf(UserError.class)
        .hasMessage("training.temperature must be in [0.01, 1], got 0.0");
  }
}
