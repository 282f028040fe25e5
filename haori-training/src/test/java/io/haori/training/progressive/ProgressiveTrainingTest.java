package io.haori.training.progressive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.spi.Phase;
import io.haori.adapter.spi.Stage;
import io.haori.core.check.UserError;
import io.haori.inference.folder.EpochResult;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.LoopListener;
import io.haori.training.loop.TrainingResult;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressiveTrainingTest {
  private static final LoopConfig CONFIG =
      LoopConfig.DEFAULT
          .withSchedule(new Schedule(Schedule.Shape.CONSTANT, 0, 0))
          .withOptimizer(new AdamWConfig(0.1, 0.9, 0.999, 1e-8, 0));

  private static final Stage HEAD = new Stage("head", 0, Phase.GROWING, false, 2, 1, 0);
  private static final Stage ALL = new Stage("all", 1, Phase.GROWING, false, 2, 1, 0);
  private static final Stage PRUNE = new Stage("prune", 1, Phase.SHAPING, true, 2, 0.5, 0);
  private static final Stage FINAL = new Stage("final", 1, Phase.FIXED, false, 2, 0.1, 0);

  @TempDir Path folder;

  /** Remembers what stages came to, as {@code name kept before after}. */
  private static final class Heard implements LoopListener {
    final List<String> stages = new ArrayList<>();
    final List<String> steps = new ArrayList<>();

    @Override
    public void onStage(String stage, boolean kept, double before, double after) {
      stages.add(stage + " " + (kept ? "kept" : "undone") + " " + before + " " + after);
    }

    @Override
    public void onStep(Step step) {
      steps.add(step.step() + "/" + step.steps() + " in " + step.epoch() + "/" + step.epochs());
    }
  }

  private static ProgressiveTraining training(
      StagedFake task, List<Stage> stages, LoopListener listener, BooleanSupplier stop) {
    return new ProgressiveTraining(CONFIG, task, stages, listener, stop, System::nanoTime);
  }

  private static TrainingResult run(StagedFake task, Heard heard, Stage... stages) {
    return training(task, List.of(stages), heard, () -> false).run(null, false);
  }

  @Test
  void eachStageMovesItsOwnParametersAtItsOwnRate() {
    try (StagedFake task = new StagedFake()) {
      Heard heard = new Heard();
      run(task, heard, HEAD);
      // Adam's first steps have the length of the rate, whatever the gradient.
      assertThat(task.values()[0]).isBetween(0.39f, 0.41f);
      assertThat(task.values()[1]).isZero();
      run(task, heard, FINAL);
      assertThat(task.values()[1]).isBetween(0.039f, 0.041f);
    }
  }

  @Test
  void stagesFollowEachOtherWithTheirPhasesAndNeverSeeTheSameEpoch() {
    try (StagedFake task = new StagedFake()) {
      Heard heard = new Heard();
      TrainingResult result = run(task, heard, HEAD, PRUNE, FINAL);
      assertThat(task.rule.begun).containsExactly(Phase.GROWING, Phase.SHAPING, Phase.FIXED);
      assertThat(task.epochsSeen).doesNotHaveDuplicates().hasSize(12).endsWith("5:1");
      assertThat(heard.steps).startsWith("1/12 in 1/6").contains("5/12 in 3/6");
      assertThat(heard.steps).endsWith("12/12 in 6/6");
      assertThat(result.epochs()).isEqualTo(6);
      assertThat(result.steps()).isEqualTo(12);
      assertThat(result.tokens()).isEqualTo(120);
      assertThat(result.bestEpoch()).isEqualTo(6);
      assertThat(result.history().stream().map(EpochResult::epoch))
          .containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(result.interrupted()).isFalse();
    }
  }

  @Test
  void aStageThatDoesNotImproveValidationIsUndone() {
    try (StagedFake task = new StagedFake();
        StagedFake headAlone = new StagedFake()) {
      // Before, the head's two epochs, those of all parameters, those of the last stage.
      task.scores = List.of(0.1, 0.4, 0.5, 0.5, 0.3, 0.6, 0.2);
      headAlone.scores = task.scores;
      Heard heard = new Heard();
      run(headAlone, heard, HEAD);
      heard.stages.clear();
      TrainingResult result = run(task, heard, HEAD, ALL);
      assertThat(heard.stages).containsExactly("head kept 0.1 0.5", "all undone 0.5 0.5");
      assertThat(task.values()).isEqualTo(headAlone.values());
      assertThat(task.rule.steps).isEqualTo(4);
      assertThat(result.bestEpoch()).isEqualTo(2);
      assertThat(result.epochs()).isEqualTo(4);
    }
  }

  @Test
  void whatComesAfterAnUndoneStageIsComparedWithWhatWasBefore() {
    try (StagedFake task = new StagedFake()) {
      task.scores = List.of(0.1, 0.4, 0.5, 0.5, 0.3, 0.6, 0.2);
      Heard heard = new Heard();
      TrainingResult result = run(task, heard, HEAD, ALL, FINAL);
      assertThat(heard.stages.get(2)).isEqualTo("final kept 0.5 0.6");
      assertThat(result.bestEpoch()).isEqualTo(5);
    }
  }

  @Test
  void aRequiredStageStaysEvenIfItMakesThingsWorse() {
    try (StagedFake task = new StagedFake()) {
      task.scores = List.of(0.1, 0.8, 0.9, 0.3, 0.2, 0.31, 0.1);
      Heard heard = new Heard();
      TrainingResult result = run(task, heard, HEAD, PRUNE, FINAL);
      assertThat(heard.stages)
          .containsExactly("head kept 0.1 0.9", "prune kept 0.9 0.3", "final kept 0.3 0.31");
      assertThat(result.bestEpoch()).isEqualTo(5);
    }
  }

  @Test
  void aStageEndsWhenItsPatienceRunsOut() {
    try (StagedFake task = new StagedFake()) {
      task.scores = List.of(0.1, 0.8, 0.7, 0.6, 0.9);
      Stage patient = new Stage("all", 1, Phase.GROWING, false, 9, 1, 2);
      TrainingResult result = run(task, new Heard(), patient);
      assertThat(result.epochs()).isEqualTo(3);
      assertThat(result.bestEpoch()).isEqualTo(1);
      assertThat(result.stoppedEarly()).isTrue();
    }
  }

  private Checkpoints place() {
    return new Checkpoints(
        folder.resolve("checkpoint"), RunSettings.NONE.and(Map.of("lora.rank", "8")));
  }

  private record End(List<Float> values, int ruleSteps, List<EpochResult> history, int best) {
    static End of(StagedFake task, TrainingResult result) {
      float[] values = task.values();
      return new End(
          List.of(values[0], values[1]), task.rule.steps, result.history(), result.bestEpoch());
    }
  }

  @Test
  void aRunStoppedAnywhereAndResumedEndsInTheSameBits() {
    List<Stage> stages = List.of(HEAD, ALL, PRUNE, FINAL);
    End straight;
    try (StagedFake task = new StagedFake()) {
      straight = End.of(task, training(task, stages, new Heard(), () -> false).run(null, false));
    }
    for (int stopAfter = 0; stopAfter <= 15; stopAfter++) {
      int steps = stopAfter;
      AtomicInteger asked = new AtomicInteger();
      try (StagedFake task = new StagedFake()) {
        TrainingResult result =
            training(task, stages, new Heard(), () -> asked.getAndIncrement() == steps)
                .run(place(), false);
        assertThat(result.interrupted()).isTrue();
        assertThat(result.steps()).isEqualTo(steps);
      }
      try (StagedFake task = new StagedFake()) {
        TrainingResult result = training(task, stages, new Heard(), () -> false).run(place(), true);
        assertThat(End.of(task, result)).as("stopped after " + steps).isEqualTo(straight);
      }
    }
  }

  @Test
  void anUndoneStageStaysUndoneAfterAResume() {
    // The stage of all parameters is run again, since the fake scores by its own count.
    try (StagedFake first = new StagedFake();
        StagedFake second = new StagedFake()) {
      first.scores = List.of(0.1, 0.4, 0.5, 0.5, 0.3, 0.6);
      AtomicInteger asked = new AtomicInteger();
      training(first, List.of(HEAD, ALL, FINAL), new Heard(), () -> asked.getAndIncrement() == 8)
          .run(place(), false);
      float[] undone = first.values();
      second.scores = List.of(0.49);
      Heard heard = new Heard();
      TrainingResult result =
          training(second, List.of(HEAD, ALL, FINAL), heard, () -> false).run(place(), true);
      assertThat(heard.stages).containsExactly("final undone 0.5 0.49");
      assertThat(second.values()).isEqualTo(undone);
      assertThat(result.bestEpoch()).isEqualTo(2);
    }
  }

  @Test
  void aNewRunForgetsTheStagesOfTheOldOne() {
    AtomicInteger asked = new AtomicInteger();
    try (StagedFake old = new StagedFake();
        StagedFake fresh = new StagedFake()) {
      training(old, List.of(HEAD, ALL), new Heard(), () -> asked.getAndIncrement() == 6)
          .run(place(), false);
      training(fresh, List.of(HEAD, ALL), new Heard(), () -> false).run(place(), false);
      assertThat(fresh.epochsSeen).hasSize(8);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 6})
  void refusesToResumeWithOtherStages(int stopAfter) {
    AtomicInteger asked = new AtomicInteger();
    try (StagedFake first = new StagedFake();
        StagedFake second = new StagedFake()) {
      training(first, List.of(HEAD, ALL), new Heard(), () -> asked.getAndIncrement() == stopAfter)
          .run(place(), false);
      assertThatThrownBy(
              () ->
                  training(second, List.of(HEAD, FINAL), new Heard(), () -> false)
                      .run(place(), true))
          .isInstanceOf(UserError.class)
          .hasMessageEndingWith(
              ": training cannot be resumed with other settings than it was begun with:"
                  + " training.stages.2.learningRateFactor was 1.0 and is 0.1,"
                  + " training.stages.2.name was all and is final,"
                  + " training.stages.2.phase was growing and is fixed");
    }
  }

  @Test
  void aDamagedCheckpointBetweenStagesIsReportedInOneSentence() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (StagedFake first = new StagedFake();
        StagedFake second = new StagedFake()) {
      training(first, List.of(HEAD, ALL), new Heard(), () -> asked.getAndIncrement() == 5)
          .run(place(), false);
      Path state;
      try (var files = Files.list(place().folder())) {
        state = files.filter(f -> f.getFileName().toString().startsWith("state-")).findAny().get();
      }
      byte[] bytes = Files.readAllBytes(state);
      Files.write(state, Arrays.copyOf(bytes, bytes.length - 3));
      assertThatThrownBy(
              () ->
                  training(second, List.of(HEAD, ALL), new Heard(), () -> false).run(place(), true))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(state + ": ");
    }
  }
}
