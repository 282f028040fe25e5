package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.testkit.TinyVision;
import io.haori.training.augment.Augmentation;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that are decoded ahead of the step and altered otherwise in each epoch. */
class PictureTunerTest {
  private static final Provenance NOTHING =
      new Provenance(Map.of(), Map.of(), 42, 1, 1, Map.of(), Map.of());

  @TempDir Path temporary;
  private TextBase base;
  private Dataset data;

  @BeforeEach
  void openBase() throws IOException {
    base =
        TextBase.open(
            TinyVision.folder(temporary.resolve("base")).toString(),
            DType.F32,
            FetchListener.SILENT);
    data = Dataset.read(TinyVision.data(temporary.resolve("data"), 8));
  }

  @AfterEach
  void closeBase() {
    base.close();
  }

  private static TuneSettings settings(int epochs, String augment) {
    return TuneSettings.builder("lora")
        .epochs(epochs)
        .batchSize(8)
        .set("dropout", 0.1)
        .build()
        .withAugmentation(Augmentation.parse("training.augment", augment));
  }

  private List<Double> losses(TuneSettings settings) {
    List<Double> losses = new ArrayList<>();
    new Tuner(base, settings)
        .listener(
            new LoopListener() {
              @Override
              public void onStep(Step step) {
                losses.add(step.loss());
              }
            })
        .tune(data)
        .close();
    return losses;
  }

  @Test
  void theSameSeedAltersPicturesAlike() {
    TuneSettings settings = settings(2, "crop,rotate,brightness");

    assertThat(losses(settings)).hasSize(12).isEqualTo(losses(settings));
    assertThat(losses(settings.withSeed(7))).isNotEqualTo(losses(settings));
  }

  @Test
  void anInterruptedRunGoesOnToTheSameFilesWithAlteredPictures() throws IOException {
    TuneSettings settings = settings(3, "flip,crop,randaugment");
    Path whole = temporary.resolve("whole");
    Path resumed = temporary.resolve("resumed");
    Path checkpoints = temporary.resolve("checkpoint");
    try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
      AdapterFolder.save(whole, tuned.model(), NOTHING);
    }
    AtomicInteger asked = new AtomicInteger();
    new Tuner(base, settings)
        .checkpoints(checkpoints, false)
        .stopWhen(() -> asked.incrementAndGet() > 8)
        .tune(data)
        .close();
    try (TunedModel tuned = new Tuner(base, settings).checkpoints(checkpoints, true).tune(data)) {
      AdapterFolder.save(resumed, tuned.model(), NOTHING);
    }

    assertThat(resumed.resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("adapter_model.safetensors"));
  }

  @Test
  void stepsSayHowManyBatchesWereNotReady() {
    List<Long> waits = new ArrayList<>();
    new Tuner(base, settings(2, "crop"))
        .listener(
            new LoopListener() {
              @Override
              public void onStep(Step step) {
                waits.add(step.waits());
              }
            })
        .tune(data)
        .close();

    assertThat(waits).hasSize(12).isSorted();
    assertThat(waits.get(0)).as("the first is not counted").isZero();
  }

  @Test
  void aThousandStepsHoldNoMoreThanAHundred() {
    List<Long> held = new ArrayList<>();
    new Tuner(base, settings(167, "crop,brightness"))
        .listener(
            new LoopListener() {
              @Override
              public void onStep(Step step) {
                if (step.step() == 100 || step.step() == 1000) {
                  held.add(Engine.heldObjects());
                }
              }
            })
        .tune(data)
        .close();

    assertThat(held).hasSize(2);
    assertThat(held.get(1)).isLessThanOrEqualTo(held.get(0));
  }
}
