package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.Selection;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SideBySideTunerTest {
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

  private static TuneSettingsBuilder settings(String method) {
    return TuneSettings.builder(method)
        .pooling(Pooling.MEAN)
        .precision(DType.F32)
        .maxLength(16)
        .batchSize(8)
        .learningRate(1e-2)
        .epochs(2)
        .headStart(HeadStart.PROBE);
  }

  private void areAsAlone(List<TuneSettings> all) {
    List<TunedModel> together =
        new SideBySideTuner(base, () -> false)
            .tune(all.stream().map(one -> new SideBySideTuner.Fit(one, null, null, rows)).toList());
    try {
      for (int i = 0; i < all.size(); i++) {
        // Adam makes steps of the same size from gradients that are rounding alone.
        try (TunedModel alone = new Tuner(base, all.get(i)).tune(rows)) {
          double[][] expected = Predictions.of(alone.model(), rows.data().test()).rows().answers();
          TunedModel ours = together.get(i);
          double[][] answers = Predictions.of(ours.model(), rows.data().test()).rows().answers();
          for (int row = 0; row < expected.length; row++) {
            assertThat(answers[row]).containsExactly(expected[row], within(2e-3));
          }
          assertThat(ours.validation()).isEqualTo(alone.validation());
          assertThat(ours.training().steps()).isEqualTo(alone.training().steps());
          assertThat(ours.training().bestEpoch()).isEqualTo(alone.training().bestEpoch());
        }
      }
    } finally {
      together.forEach(TunedModel::close);
    }
  }

  @Test
  void fitsOfOtherSeedsLossesAndLengthsAreAsAlone() {
    areAsAlone(
        List.of(
            settings("lora").build(),
            settings("lora").build().withSeed(7),
            settings("lora").epochs(3).batchSize(5).build().withLoss(TuneLoss.CONTRASTIVE)));
  }

  @Test
  void fitsWhoseLossChangesHalfWayAreAsAlone() {
    areAsAlone(
        List.of(
            settings("lora").epochs(4).build().withLoss(TuneLoss.CONTRASTIVE_FIRST),
            settings("lora").epochs(4).build().withSeed(7)));
  }

  @Test
  void methodsWithoutAJointFormAreAsAlone() {
    areAsAlone(List.of(settings("dora").build(), settings("bottleneck").build()));
  }

  @Test
  void whatCannotShareAPassIsFittedAlone() {
    TuneSettings dropout = settings("lora").set("dropout", 0.1).build();
    assertThat(SideBySideTuner.shares(dropout)).isFalse();
    assertThat(SideBySideTuner.shares(settings("full").build())).isFalse();
    assertThat(SideBySideTuner.shares(settings("bidora").build())).isFalse();
    assertThat(SideBySideTuner.shares(settings("lora").build())).isTrue();
    areAsAlone(List.of(dropout, dropout.withSeed(7)));
  }

  @Test
  void aFitThatFailsIsSaidAndAStopEndsAll() {
    TuneSettings usual = settings("lora").build();
    TuneSettings wrong =
        usual.withLoop(usual.loop().withSelection(new Selection("beauty", true, 0)));
    List<SideBySideTuner.Fit> fits = new ArrayList<>();
    for (TuneSettings one : List.of(usual, wrong)) {
      fits.add(new SideBySideTuner.Fit(one, null, null, rows));
    }
    assertThatThrownBy(() -> new SideBySideTuner(base, () -> false).tune(fits))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("training.metric must be one of");
    List<TunedModel> stopped = new SideBySideTuner(base, () -> true).tune(fits);
    assertThat(stopped).allMatch(one -> one.training().interrupted());
    stopped.forEach(TunedModel::close);
  }
}
