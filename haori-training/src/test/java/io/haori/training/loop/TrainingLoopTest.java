package io.haori.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import io.haori.inference.folder.EpochResult;
import io.haori.tensor.Scope;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingLoopTest {
  private static final LoopConfig CONFIG =
      LoopConfig.DEFAULT
          .withOptimizer(AdamWConfig.DEFAULT.withLearningRate(0.1))
          .withSchedule(new Schedule(Schedule.Shape.LINEAR, 0, 0));

  private final Scope scope = Scope.open();
  private final FakeTask task = new FakeTask();

  @TempDir Path folder;

  @AfterEach
  void freeAll() {
    task.close();
    scope.close();
  }

  private static LoopConfig patient(int patience, boolean greater, int epochs) {
    return CONFIG.withEpochs(epochs).withSelection(new Selection("score", greater, patience));
  }

  @Test
  void learnsToSortPoints() {
    try (TinyTask tiny = TinyTask.small()) {
      TrainingResult result = new TrainingLoop(CONFIG.withEpochs(12), tiny).run();
      List<EpochResult> history = result.history();
      assertThat(history).hasSize(12);
      assertThat(history.get(11).loss()).isLessThan(history.get(0).loss() / 2);
      assertThat(history.get(result.bestEpoch() - 1).metrics().get("accuracy")).isGreaterThan(0.8);
      assertThat(result.steps()).isEqualTo(60);
      assertThat(result.tokens()).isEqualTo(60 * 16);
      assertThat(tiny.validate()).isEqualTo(history.get(result.bestEpoch() - 1).metrics());
    }
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    byte[] first;
    try (TinyTask tiny = TinyTask.small()) {
      new TrainingLoop(CONFIG, tiny).run();
      first = tiny.bytes();
    }
    try (TinyTask tiny = TinyTask.small()) {
      new TrainingLoop(CONFIG, tiny).run();
      assertThat(tiny.bytes()).isEqualTo(first);
    }
  }

  @Test
  void accumulatesBatchesAndWeighsAnIncompleteStepByItsOwnSize() {
    task.batches = 3;
    TrainingResult result = new TrainingLoop(CONFIG.withEpochs(2).withAccumulation(2), task).run();
    assertThat(task.calls)
        .containsExactly("0:0 x0.5", "0:1 x0.5", "0:2 x1.0", "1:0 x0.5", "1:1 x0.5", "1:2 x1.0");
    assertThat(result.steps()).isEqualTo(4);
    assertThat(result.tokens()).isEqualTo(600);
  }

  @Test
  void everyRowOfAStepWeighsTheSameWhereverTheShortBatchIs() {
    task.batches = 3;
    task.rowsOfBatches = List.of(2, 1, 5);
    task.losses = List.of(3.0, 6.0, 1.0);
    task.gradients = List.of(0.3f, 0.6f, 0.1f);
    List<LoopListener.Step> steps = new ArrayList<>();
    LoopListener listener =
        new LoopListener() {
          @Override
          public void onStep(Step step) {
            steps.add(step);
          }
        };
    LoopConfig three = CONFIG.withEpochs(1).withAccumulation(3);
    TrainingResult result =
        new TrainingLoop(three, task, listener, () -> false, System::nanoTime).run();
    assertThat(task.calls).containsExactly("0:0 x0.25", "0:1 x0.125", "0:2 x0.625");
    double mean = (2 * 3.0 + 1 * 6.0 + 5 * 1.0) / 8;
    assertThat(steps).singleElement().satisfies(step -> assertThat(step.loss()).isEqualTo(mean));
    assertThat(steps.get(0).gradientNorm()).isCloseTo(mean / 10, within(1e-7));
    assertThat(result.history().get(0).loss()).isEqualTo(mean);
  }

  @Test
  void theLossOfAnEpochIsTheMeanOverItsRows() {
    task.rowsOfBatches = List.of(32, 1);
    task.losses = List.of(1.0, 34.0);
    assertThat(new TrainingLoop(CONFIG.withEpochs(1), task).run().history().get(0).loss())
        .isEqualTo(2.0);
  }

  @Test
  void theLossOfAnEpochIsTheSameWhenTrainingWasInterruptedInIt() {
    task.batches = 3;
    task.rowsOfBatches = List.of(5, 1, 2);
    task.losses = List.of(1.0, 11.0, 3.0);
    AtomicInteger asked = new AtomicInteger();
    Checkpoints checkpoints = new Checkpoints(folder, RunSettings.NONE);
    LoopConfig one = CONFIG.withEpochs(1);
    new TrainingLoop(
            one, task, LoopListener.SILENT, () -> asked.incrementAndGet() > 2, System::nanoTime)
        .run(checkpoints, false);
    TrainingResult result = new TrainingLoop(one, task).run(checkpoints, true);
    assertThat(result.history().get(0).loss()).isEqualTo(22.0 / 8);
  }

  @Test
  void aTrainingOfOneStepLearnsAtTheUsualSchedule() {
    task.batches = 1;
    new TrainingLoop(CONFIG.withEpochs(1).withSchedule(Schedule.DEFAULT), task).run();
    assertThat(task.parameter.value().item()).isCloseTo(0.899, within(1e-6));
  }

  @Test
  void tellsTheListenerEveryStepWithSpeedAndTimeLeft() {
    task.losses = List.of(1.0, 2.0, 3.0, 4.0);
    task.gradients = List.of(2f);
    AtomicLong seconds = new AtomicLong();
    List<LoopListener.Step> steps = new ArrayList<>();
    List<EpochResult> epochs = new ArrayList<>();
    LoopListener listener =
        new LoopListener() {
          @Override
          public void onStep(Step step) {
            steps.add(step);
          }

          @Override
          public void onEpoch(EpochResult result, boolean best) {
            epochs.add(result);
          }
        };
    TrainingResult result =
        new TrainingLoop(
                CONFIG.withEpochs(2),
                task,
                listener,
                () -> false,
                () -> seconds.getAndIncrement() * 1_000_000_000L)
            .run();
    // The clock advances by a second whenever it is read: at the start, and three times a step.
    assertThat(steps)
        .containsExactly(
            new LoopListener.Step(1, 4, 1, 2, 1.0, 2.0, 0.1, 100, 9, 0),
            new LoopListener.Step(2, 4, 1, 2, 2.0, 2.0, 0.1 * 0.75, 100, 6, 0),
            new LoopListener.Step(3, 4, 2, 2, 3.0, 2.0, 0.1 * 0.5, 100, 3, 0),
            new LoopListener.Step(4, 4, 2, 2, 4.0, 2.0, 0.1 * 0.25, 100, 0, 0));
    assertThat(epochs)
        .containsExactly(new EpochResult(1, 1.5, Map.of()), new EpochResult(2, 3.5, Map.of()));
    assertThat(result).isEqualTo(new TrainingResult(2, 0, epochs, 4, 400, 13, 100, false, false));
  }

  @Test
  void scalesLargeGradientsDown() {
    task.gradients = List.of(1000f);
    List<Double> norms = new ArrayList<>();
    LoopListener listener =
        new LoopListener() {
          @Override
          public void onStep(Step step) {
            norms.add(step.gradientNorm());
          }
        };
    new TrainingLoop(CONFIG.withEpochs(1), task, listener, () -> false, System::nanoTime).run();
    assertThat(norms).containsExactly(1000.0, 1000.0);
    assertThat(task.parameter.gradient().item()).isCloseTo(1, within(1e-6));
  }

  @Test
  void stopsWhenPatienceRunsOutAndGoesBackToTheBestEpoch() {
    task.metrics = FakeTask.metrics("score", 0.5, 0.7, 0.7, 0.6, 0.9);
    TrainingResult result = new TrainingLoop(patient(2, true, 9), task).run();
    assertThat(result.epochs()).isEqualTo(4);
    assertThat(result.bestEpoch()).isEqualTo(2);
    assertThat(result.stoppedEarly()).isTrue();
    assertThat((float) task.parameter.value().item()).isEqualTo(task.valuesAtValidation.get(1));
  }

  @Test
  void aSmallerLossIsBetterWhenTheMetricIsOne() {
    task.metrics = FakeTask.metrics("score", 0.5, 0.3, 0.4);
    TrainingResult result = new TrainingLoop(patient(0, false, 3), task).run();
    assertThat(result.bestEpoch()).isEqualTo(2);
    assertThat(result.stoppedEarly()).isFalse();
  }

  @Test
  void aScoreThatIsNoNumberIsWorseThanAnyNumber() {
    task.metrics = FakeTask.metrics("score", Double.NaN, 0.1, Double.NaN);
    assertThat(new TrainingLoop(patient(0, true, 3), task).run().bestEpoch()).isEqualTo(2);
  }

  @Test
  void endsWithTheLastParametersWhenNothingIsScored() {
    TrainingResult result = new TrainingLoop(CONFIG, task).run();
    assertThat(result.bestEpoch()).isZero();
    assertThat((float) task.parameter.value().item()).isEqualTo(task.valuesAtValidation.get(2));
  }

  @Test
  void refusesPatienceWhenNothingIsScored() {
    assertThatThrownBy(() -> new TrainingLoop(patient(2, true, 9), task).run())
        .isInstanceOf(UserError.class)
        .hasMessage("training.patience must be 0 when there is nothing to validate on, got 2");
  }

  @Test
  void refusesAMetricThatTheTaskDoesNotGive() {
    task.metrics = FakeTask.metrics("accuracy", 0.5);
    assertThatThrownBy(() -> new TrainingLoop(patient(0, true, 9), task).run())
        .isInstanceOf(UserError.class)
        .hasMessage("training.metric must be one of [accuracy], got score");
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity"})
  void stopsAtALossThatIsNotFinite(double loss) {
    task.losses = List.of(0.5, 0.5, loss);
    assertThatThrownBy(() -> new TrainingLoop(CONFIG.withEpochs(2), task).run())
        .isInstanceOf(UserError.class)
        .hasMessage(
            "training stopped at step 3 of 4 (epoch 2): the loss is "
                + loss
                + " at learning rate 0.05; try a lower training.learningRate than 0.1; no"
                + " checkpoint was written before");
  }

  @Test
  void namesTheLastGoodCheckpointWhenAGradientIsNotFiniteAndLeavesItAlone() throws IOException {
    task.gradients = List.of(1f, 1f, 1f, Float.NaN);
    Path index = folder.resolve("checkpoint.json");
    Checkpoints checkpoints = new Checkpoints(folder, RunSettings.NONE);
    assertThatThrownBy(() -> new TrainingLoop(CONFIG.withEpochs(2), task).run(checkpoints, false))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "training stopped at step 4 of 4 (epoch 2): the norm of the gradient is NaN at learning"
                + " rate 0.025; try a lower training.learningRate than 0.1; the last good"
                + " checkpoint is "
                + folder
                + ", after step 2");
    assertThat(Files.readString(index)).contains("\"step\" : 2,");
  }

  @Test
  void refusesToSaveParametersThatAreNotFinite() {
    task.batches = 9;
    AdamWConfig wild = new AdamWConfig(1e6, 0.9, 0.999, 1e-8, 1e6);
    LoopConfig config =
        CONFIG
            .withEpochs(1)
            .withOptimizer(wild)
            .withSchedule(new Schedule(Schedule.Shape.CONSTANT, 0, 0));
    assertThatThrownBy(
            () ->
                new TrainingLoop(config, task)
                    .run(new Checkpoints(folder, RunSettings.NONE), false))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "training stopped at step 9 of 9 (epoch 1): a parameter is not finite; try a lower"
                + " training.learningRate than 1000000.0; no checkpoint was written before");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void doesNotEndWithParametersThatAreNotFiniteWithoutCheckpointsEither() {
    task.batches = 9;
    AdamWConfig wild = new AdamWConfig(1e6, 0.9, 0.999, 1e-8, 1e6);
    LoopConfig config = CONFIG.withEpochs(1).withOptimizer(wild);
    assertThatThrownBy(() -> new TrainingLoop(config, task).run())
        .isInstanceOf(UserError.class)
        .hasMessage(
            "training stopped at step 9 of 9 (epoch 1): a parameter is not finite; try a lower"
                + " training.learningRate than 1000000.0; no checkpoint was written before");
    assertThat(task.valuesAtValidation).isEmpty();
  }

  @Test
  void endsBetweenTwoStepsWhenAskedTo() {
    AtomicInteger asked = new AtomicInteger();
    TrainingResult result =
        new TrainingLoop(
                CONFIG,
                task,
                LoopListener.SILENT,
                () -> asked.incrementAndGet() > 3,
                System::nanoTime)
            .run();
    assertThat(result.interrupted()).isTrue();
    assertThat(result.stoppedEarly()).isFalse();
    assertThat(result.steps()).isEqualTo(3);
    assertThat(result.epochs()).isEqualTo(1);
    assertThat(task.calls).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | 1 | 1   | 0  | training.epochs must be at least 1, got 0
          1 | 0 | 1   | 0  | training.accumulation must be at least 1, got 0
          1 | 1 | NaN | 0  | training.maxGradientNorm must be finite and at least 0, got NaN
          1 | 1 | 1   | -1 | training.checkpointEverySteps must be at least 0, got -1
          """)
  void refusesASettingOutOfBounds(
      int epochs, int accumulation, double norm, int every, String message) {
    LoopConfig ok = LoopConfig.DEFAULT;
    assertThatThrownBy(
            () ->
                new LoopConfig(
                    epochs,
                    accumulation,
                    norm,
                    ok.selection(),
                    every,
                    1,
                    ok.schedule(),
                    ok.optimizer()))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @Test
  void refusesNegativePatience() {
    assertThatThrownBy(() -> new Selection("score", true, -1))
        .isInstanceOf(UserError.class)
        .hasMessage("training.patience must be at least 0, got -1");
  }
}
