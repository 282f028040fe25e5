package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.spi.LowRankUpdate;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartAverageTest {
  @TempDir Path temporary;
  private TextBase base;
  private Dataset data;

  @BeforeEach
  void open() throws IOException {
    base = TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
    data = Dataset.read(TinyBase.data(temporary.resolve("data"), 24, false));
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
        .headStart(HeadStart.PROBE)
        .epochs(2);
  }

  private TunedModel fit(TuneSettingsBuilder settings) {
    return new Tuner(base, settings.build()).tune(data);
  }

  private static float[] head(TunedModel tuned) {
    return tuned.model().heads().parameters().get(0).value().toFloats();
  }

  private static double[] updates(TunedModel tuned) {
    try (Scope scope = Scope.open()) {
      return tuned.model().module().layers().values().stream()
          .map(LowRankUpdate.class::cast)
          .map(layer -> layer.up().matmul(layer.down()))
          .mapToDouble(update -> norm(update))
          .toArray();
    }
  }

  private static double norm(Tensor update) {
    double sum = 0;
    for (float value : update.toFloats()) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  @Test
  void theFittedWeightsAreTheMeanOfTheFitAndTheProbeThatItStartedFrom() {
    try (TunedModel probe = fit(settings("frozen").epochs(1));
        TunedModel far = fit(settings("lora"));
        TunedModel mean = fit(settings("lora").startShare(0.25))) {
      float[] start = head(probe);
      float[] end = head(far);
      float[] between = head(mean);
      assertThat(end).isNotEqualTo(start);
      for (int i = 0; i < start.length; i++) {
        assertThat(between[i]).isCloseTo(0.75f * end[i] + 0.25f * start[i], within(1e-6f));
      }
      double[] whole = updates(far);
      double[] part = updates(mean);
      assertThat(whole).hasSizeGreaterThan(1);
      for (int i = 0; i < whole.length; i++) {
        assertThat(whole[i]).isPositive();
        assertThat(part[i]).isCloseTo(0.75 * whole[i], within(1e-5 * whole[i]));
      }
    }
  }

  @Test
  void itsScoresAreThoseOfTheMean() {
    try (TunedModel mean = fit(settings("lora").startShare(0.5))) {
      assertThat(mean.validation())
          .isEqualTo(Predictions.of(mean.model(), data.validation()).scores().byName());
    }
  }

  @Test
  void afterAContrastiveLossTheHeadFitsTheAveragedModule() {
    TuneSettingsBuilder contrastive = settings("lora").loss(TuneLoss.CONTRASTIVE);
    try (TunedModel far = fit(contrastive);
        TunedModel mean = fit(contrastive.startShare(0.5))) {
      double[] whole = updates(far);
      double[] part = updates(mean);
      for (int i = 0; i < whole.length; i++) {
        assertThat(part[i]).isCloseTo(0.5 * whole[i], within(1e-5 * whole[i]));
      }
    }
  }

  @Test
  void whatHasNoMeanIsRefused() {
    for (String method : List.of("frozen", "dora", "sparse")) {
      assertThatThrownBy(() -> fit(settings(method).startShare(0.5)))
          .isInstanceOf(UserError.class)
          .hasMessage("training.startShare must be 0 for the method " + method + ", got 0.5");
    }
    assertThatThrownBy(() -> settings("lora").startShare(1).build())
        .isInstanceOf(UserError.class)
        .hasMessage("training.startShare must be in [0, 1), got 1.0");
  }
}
