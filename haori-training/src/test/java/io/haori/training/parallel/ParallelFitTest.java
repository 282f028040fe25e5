package io.haori.training.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.testkit.TinyBase;
import io.haori.training.data.Dataset;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import io.haori.training.work.PlaceHere;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fit by several members elsewhere comes back as if it had been made here. */
final class ParallelFitTest {
  @TempDir Path temporary;

  private static TuneSettings settings(String method) {
    return TuneSettings.builder(method)
        .pooling(Pooling.MEAN)
        .precision(DType.F32)
        .maxLength(16)
        .batchSize(6)
        .epochs(2)
        .build();
  }

  private static Optional<TunedModel> together(
      PlaceHere place, TextBase base, TuneSettings settings, Dataset data, boolean stop) {
    return new ParallelFit(2, Duration.ofSeconds(60))
        .tune(place, base, settings, data, share -> {}, () -> stop);
  }

  @Test
  void theModelAndItsStoryAreThoseOfAFitHere() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 22, false));
    TuneSettings settings = settings("lora");
    int threads = Engine.threads();
    Engine.setThreads(1);
    try (TextBase base =
            TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT);
        TunedModel here = new Tuner(base, settings).tune(data);
        TunedModel there =
            together(new PlaceHere(temporary), base, settings, data, false).orElseThrow()) {
      float[][] wanted = Predictions.of(here.model(), data.test()).answers();
      float[][] got = Predictions.of(there.model(), data.test()).answers();
      for (int row = 0; row < got.length; row++) {
        assertThat(got[row]).containsExactly(wanted[row], within(2e-3f));
      }
      assertThat(there.trainable()).isEqualTo(here.trainable());
      assertThat(there.validation().keySet()).isEqualTo(here.validation().keySet());
      assertThat(there.training().steps()).isEqualTo(here.training().steps());
      assertThat(there.training().bestEpoch()).isEqualTo(here.training().bestEpoch());
      assertThat(there.training().history()).hasSize(2);
    } finally {
      Engine.setThreads(threads);
    }
  }

  @Test
  void oneThatIsStoppedLeavesNothing() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 22, false));
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      assertThat(together(new PlaceHere(temporary), base, settings("lora"), data, true)).isEmpty();
    }
  }

  /** Stops the members a number of steps after they have begun; each asks before a step. */
  private static BooleanSupplier after(int questions) {
    AtomicInteger asked = new AtomicInteger();
    return () -> asked.incrementAndGet() > questions;
  }

  @Test
  void oneThatIsStoppedContinuesToTheSameNumbers() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 22, false));
    TuneSettings settings = settings("lora");
    Path checkpoint = temporary.resolve("checkpoint");
    PlaceHere place = new PlaceHere(temporary);
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      ParallelFit stopped =
          new ParallelFit(2, Duration.ofSeconds(60)).checkpoints(checkpoint, false);
      assertThat(stopped.tune(place, base, settings, data, share -> {}, after(9))).isEmpty();
      assertThat(checkpoint.resolve("checkpoint.json")).exists();
      try (TunedModel whole = together(place, base, settings, data, false).orElseThrow();
          TunedModel resumed =
              new ParallelFit(2, Duration.ofSeconds(60))
                  .checkpoints(checkpoint, true)
                  .tune(place, base, settings, data, share -> {}, () -> false)
                  .orElseThrow();
          TunedModel alone = new Tuner(base, settings).checkpoints(checkpoint, true).tune(data)) {
        assertThat(resumed.training().steps()).isEqualTo(whole.training().steps());
        assertThat(resumed.training().history()).isEqualTo(whole.training().history());
        float[][] wanted = Predictions.of(whole.model(), data.test()).answers();
        assertThat(Predictions.of(resumed.model(), data.test()).answers()).isDeepEqualTo(wanted);
        float[][] got = Predictions.of(alone.model(), data.test()).answers();
        for (int row = 0; row < got.length; row++) {
          assertThat(got[row]).containsExactly(wanted[row], within(2e-3f));
        }
      }
      TuneSettings other = settings("dora");
      assertThatThrownBy(
              () ->
                  new ParallelFit(2, Duration.ofSeconds(60))
                      .checkpoints(checkpoint, true)
                      .tune(place, base, other, data, share -> {}, () -> false))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(
              checkpoint
                  + ": training cannot be resumed with other settings than it was begun with: ");
    }
  }

  @Test
  void whatCannotBeCutIsRefusedBeforeAnythingBegins() throws IOException {
    Dataset data = Dataset.read(TinyBase.data(temporary.resolve("data"), 22, false));
    PlaceHere place = new PlaceHere(temporary);
    try (TextBase base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      assertThatThrownBy(() -> together(place, base, settings("bidora"), data, false))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "dataParallel must be 1 for the method bidora, which does not learn in one run, got"
                  + " 2");
    }
    assertThat(place.done()).isEmpty();
  }
}
