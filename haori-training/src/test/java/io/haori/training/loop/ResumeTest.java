package io.haori.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import io.haori.inference.folder.EpochResult;
import io.haori.tensor.Engine;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.ParameterGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
  /** Fifteen steps of two batches at most, checkpoints within and between epochs. */
  private static final LoopConfig CONFIG =
      LoopConfig.DEFAULT
          .withEpochs(5)
          .withAccumulation(2)
          .withCheckpointEverySteps(2)
          .withSelection(new Selection("accuracy", true, 0))
          .withOptimizer(AdamWConfig.DEFAULT.withLearningRate(0.05));

  private static final RunSettings SETTINGS = RunSettings.NONE.and(Map.of("lora.rank", 8));

  @TempDir Path folder;

  @BeforeAll
  static void useOneThread() {
    // Two would only wait for each other over arrays this small.
    Engine.setThreads(1);
  }

  /** What training leaves behind, every bit of it. */
  private record End(String parameters, List<EpochResult> history, int bestEpoch, long tokens) {
    static End of(TinyTask task, TrainingResult result) {
      String bits = HexFormat.of().formatHex(task.bytes());
      return new End(bits, result.history(), result.bestEpoch(), result.tokens());
    }
  }

  private static End straight() {
    try (TinyTask task = TinyTask.small()) {
      return End.of(task, new TrainingLoop(CONFIG, task).run());
    }
  }

  private Checkpoints checkpoints() {
    return new Checkpoints(folder.resolve("checkpoint"), SETTINGS);
  }

  private End resumed() {
    try (TinyTask task = TinyTask.small()) {
      return End.of(task, new TrainingLoop(CONFIG, task).run(checkpoints(), true));
    }
  }

  @Test
  void aRunStoppedAnywhereAndResumedEndsInTheSameBits() {
    End straight = straight();
    assertThat(straight.bestEpoch).isPositive();
    for (int stopAfter = 0; stopAfter <= 14; stopAfter++) {
      interruptAfter(stopAfter);
      assertThat(resumed()).isEqualTo(straight);
      checkpoints().delete();
    }
  }

  private void interruptAfter(int steps) {
    AtomicInteger asked = new AtomicInteger();
    try (TinyTask task = TinyTask.small()) {
      TrainingResult result =
          new TrainingLoop(
                  CONFIG,
                  task,
                  LoopListener.SILENT,
                  () -> asked.getAndIncrement() == steps,
                  System::nanoTime)
              .run(checkpoints(), false);
      assertThat(result.interrupted()).isTrue();
      assertThat(result.steps()).isEqualTo(steps);
    }
  }

  @Test
  void aRunResumedAtEveryStepEndsInTheSameBits() {
    End end = null;
    for (int run = 0; run <= 15; run++) {
      AtomicInteger asked = new AtomicInteger();
      try (TinyTask task = TinyTask.small()) {
        TrainingResult result =
            new TrainingLoop(
                    CONFIG,
                    task,
                    LoopListener.SILENT,
                    () -> asked.getAndIncrement() == 1,
                    System::nanoTime)
                .run(checkpoints(), true);
        end = End.of(task, result);
      }
    }
    assertThat(end).isEqualTo(straight());
  }

  @Test
  void aRunThatFailedHalfWayEndsInTheSameBits() {
    AtomicInteger batches = new AtomicInteger();
    try (TinyTask task = TinyTask.small()) {
      TrainingTask failing =
          new Delegate(task) {
            @Override
            public double lossAndGradients(int epoch, int batch, double lossFactor) {
              double loss = super.lossAndGradients(epoch, batch, lossFactor);
              if (batches.incrementAndGet() == 13) {
                throw new IllegalStateException("the power went");
              }
              return loss;
            }
          };
      assertThatThrownBy(() -> new TrainingLoop(CONFIG, failing).run(checkpoints(), false))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the power went");
    }
    assertThat(resumed()).isEqualTo(straight());
  }

  @Test
  void severalThreadsGiveTheSameBitsAfterAResumeToo() {
    LoopConfig config = CONFIG.withEpochs(1).withAccumulation(1);
    Engine.setThreads(2);
    try (TinyTask straight = wide();
        TinyTask stopped = wide();
        TinyTask resumed = wide()) {
      new TrainingLoop(config, straight).run();
      AtomicInteger asked = new AtomicInteger();
      new TrainingLoop(
              config,
              stopped,
              LoopListener.SILENT,
              () -> asked.getAndIncrement() == 3,
              System::nanoTime)
          .run(checkpoints(), false);
      new TrainingLoop(config, resumed).run(checkpoints(), true);
      assertThat(resumed.bytes()).isEqualTo(straight.bytes());
    } finally {
      Engine.setThreads(1);
    }
  }

  /** Large enough that the engine shares sums out to its threads. */
  private static TinyTask wide() {
    return new TinyTask(7, 5, 256, 256, 512);
  }

  /** Of as small sums as these a second thread changes no bit. */
  @Test
  void mayBeResumedWithAnotherNumberOfThreads() {
    interruptAfter(3);
    Engine.setThreads(2);
    try {
      assertThat(resumed()).isEqualTo(straight());
    } finally {
      Engine.setThreads(1);
    }
  }

  @Test
  void mayBeResumedByAVersionWithANewSettingAtItsDefault() {
    interruptAfter(3);
    Map<String, ?> usual = Map.of("training.newer", 0.5);
    for (double chosen : new double[] {0.25, 0.5}) {
      RunSettings newer = SETTINGS.and(RunSettings.of(Map.of("training.newer", chosen), usual));
      Checkpoints place = new Checkpoints(folder.resolve("checkpoint"), newer);
      try (TinyTask task = TinyTask.small()) {
        TrainingLoop loop = new TrainingLoop(CONFIG, task);
        if (chosen == 0.5) {
          assertThat(End.of(task, loop.run(place, true))).isEqualTo(straight());
        } else {
          assertThatThrownBy(() -> loop.run(place, true))
              .isInstanceOf(UserError.class)
              .hasMessage(
                  place.folder()
                      + ": training cannot be resumed with other settings than it was begun with:"
                      + " training.newer was 0.5 and is 0.25");
        }
      }
    }
  }

  @Test
  void patienceCountsTheEpochsBeforeAResume() {
    try (FakeTask straight = fake();
        FakeTask first = fake();
        FakeTask second = fake()) {
      LoopConfig config = CONFIG.withEpochs(9).withSelection(new Selection("score", true, 2));
      int steps = new TrainingLoop(config, straight).run().steps();
      AtomicInteger asked = new AtomicInteger();
      new TrainingLoop(
              config,
              first,
              LoopListener.SILENT,
              () -> asked.getAndIncrement() == 3,
              System::nanoTime)
          .run(checkpoints(), false);
      second.metrics = FakeTask.metrics("score", 0.6);
      TrainingResult result = new TrainingLoop(config, second).run(checkpoints(), true);
      assertThat(result.steps()).isEqualTo(steps).isEqualTo(4);
      assertThat(result.bestEpoch()).isEqualTo(2);
      assertThat(result.stoppedEarly()).isTrue();
      assertThat(second.parameter.value().equalTo(straight.parameter.value())).isTrue();
    }
  }

  private static FakeTask fake() {
    FakeTask task = new FakeTask();
    task.metrics = FakeTask.metrics("score", 0.5, 0.7, 0.6, 0.6);
    return task;
  }

  @Test
  void aFinishedRunThatIsResumedTrainsNoMore() {
    try (TinyTask task = TinyTask.small()) {
      new TrainingLoop(CONFIG, task).run(checkpoints(), false);
    }
    AtomicInteger steps = new AtomicInteger();
    LoopListener counting =
        new LoopListener() {
          @Override
          public void onStep(Step step) {
            steps.incrementAndGet();
          }
        };
    try (TinyTask task = TinyTask.small()) {
      TrainingResult result =
          new TrainingLoop(CONFIG, task, counting, () -> false, System::nanoTime)
              .run(checkpoints(), true);
      assertThat(End.of(task, result)).isEqualTo(straight());
    }
    assertThat(steps).hasValue(0);
  }

  @Test
  void resumingWithoutACheckpointBeginsAtTheStart() {
    assertThat(resumed()).isEqualTo(straight());
  }

  @Test
  void aNewRunDoesNotLookAtTheCheckpointThatIsThere() {
    interruptAfter(9);
    try (TinyTask task = TinyTask.small()) {
      TrainingResult result = new TrainingLoop(CONFIG, task).run(checkpoints(), false);
      assertThat(End.of(task, result)).isEqualTo(straight());
    }
    assertThat(resumed()).isEqualTo(straight());
  }

  @Test
  void refusesToResumeWithOtherSettings() {
    interruptAfter(3);
    LoopConfig other = CONFIG.withSeed(7).withOptimizer(AdamWConfig.DEFAULT.withLearningRate(0.01));
    Checkpoints place =
        new Checkpoints(
            folder.resolve("checkpoint"),
            RunSettings.NONE.and(Map.of("lora.rank", "4", "data", "abc")));
    try (TinyTask task = TinyTask.small()) {
      byte[] before = task.bytes();
      assertThatThrownBy(() -> new TrainingLoop(other, task).run(place, true))
          .isInstanceOf(UserError.class)
          .hasMessage(
              folder.resolve("checkpoint")
                  + ": training cannot be resumed with other settings than it was begun with: data"
                  + " was not set and is abc, lora.rank was 8 and is 4, training.learningRate was"
                  + " 0.05 and is 0.01, training.seed was 42 and is 7");
      assertThat(task.bytes()).isEqualTo(before);
    }
    assertThat(resumed()).isEqualTo(straight());
  }

  @Test
  void checkpointsMayBeWrittenAtOtherStepsAfterAResume() {
    interruptAfter(3);
    try (TinyTask task = TinyTask.small()) {
      LoopConfig other = CONFIG.withCheckpointEverySteps(0);
      TrainingResult result = new TrainingLoop(other, task).run(checkpoints(), true);
      assertThat(End.of(task, result)).isEqualTo(straight());
    }
  }

  @Test
  void refusesToResumeWithOtherParameters() {
    interruptAfter(3);
    try (TinyTask task = new TinyTask(7, 5, 16, 8, 13)) {
      assertThatThrownBy(() -> new TrainingLoop(CONFIG, task).run(checkpoints(), true))
          .isInstanceOf(UserError.class)
          .hasMessage(
              folder.resolve("checkpoint")
                  + ": was made for other parameters: number 1 was first.weight [12, 8] of"
                  + " weights at 0 and is first.weight [13, 8] of weights at 0");
    }
  }

  @Test
  void reportsEveryCheckpointAndLeavesTheFilesOfOne() throws Exception {
    StringBuilder written = new StringBuilder();
    LoopListener listener =
        new LoopListener() {
          @Override
          public void onCheckpoint(int step, Path place) {
            written.append(step).append(' ');
          }
        };
    try (TinyTask task = TinyTask.small()) {
      new TrainingLoop(CONFIG, task, listener, () -> false, System::nanoTime)
          .run(checkpoints(), false);
    }
    assertThat(written).hasToString("2 3 4 6 8 9 10 12 14 15 ");
    try (var files = Files.list(folder.resolve("checkpoint"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .hasSize(3)
          .contains("checkpoint.json", "state-15.safetensors");
    }
  }

  /** A task that does what another does. */
  private static class Delegate implements TrainingTask {
    private final TrainingTask task;

    Delegate(TrainingTask task) {
      this.task = task;
    }

    @Override
    public List<ParameterGroup> parameterGroups() {
      return task.parameterGroups();
    }

    @Override
    public int batches(int epoch) {
      return task.batches(epoch);
    }

    @Override
    public int tokens(int epoch, int batch) {
      return task.tokens(epoch, batch);
    }

    @Override
    public int rows(int epoch, int batch) {
      return task.rows(epoch, batch);
    }

    @Override
    public double lossAndGradients(int epoch, int batch, double lossFactor) {
      return task.lossAndGradients(epoch, batch, lossFactor);
    }

    @Override
    public Map<String, Double> validate() {
      return task.validate();
    }
  }
}
