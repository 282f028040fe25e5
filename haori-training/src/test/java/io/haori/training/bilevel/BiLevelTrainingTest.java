package io.haori.training.bilevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.spi.Hypergradient;
import io.haori.adapter.spi.LastStart;
import io.haori.adapter.spi.TrainingStrategy.BiLevel;
import io.haori.core.check.UserError;
import io.haori.inference.folder.EpochResult;
import io.haori.tensor.Scope;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.LoopListener;
import io.haori.training.loop.TrainingResult;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BiLevelTrainingTest {
  private static final double RATE = 0.05;
  private static final LoopConfig CONFIG =
      LoopConfig.DEFAULT
          .withEpochs(3)
          .withCheckpointEverySteps(1)
          .withSchedule(new Schedule(Schedule.Shape.CONSTANT, 0, 0))
          .withOptimizer(new AdamWConfig(RATE, 0.9, 0.999, 1e-8, 0));

  @TempDir Path folder;

  private static BiLevel levels(Hypergradient kind, int unroll, int lastEpochs, LastStart start) {
    return new BiLevel(Set.of("m"), 0.2, unroll, kind, 0.5, lastEpochs, 1, start);
  }

  private static final BiLevel USUAL = levels(Hypergradient.FINITE, 1, 2, LastStart.CONTINUED);

  private static BiLevelTraining training(
      LoopConfig config, TwoNumbers task, BiLevel levels, BooleanSupplier stop) {
    return new BiLevelTraining(config, task, levels, LoopListener.SILENT, stop, System::nanoTime);
  }

  private static TrainingResult run(TwoNumbers task, BiLevel levels) {
    return training(CONFIG, task, levels, () -> false).run(null, false);
  }

  @ParameterizedTest
  @EnumSource
  void theHypergradientIsThatTakenByHand(Hypergradient kind) {
    try (TwoNumbers task = new TwoNumbers();
        UpperLevel level =
            new UpperLevel(
                CONFIG,
                task,
                levels(kind, 1, 0, LastStart.CONTINUED),
                List.of(task.v),
                phase -> {});
        Scope scope = Scope.open()) {
      level.willStepAfter(0, 1, 1);
      task.lossAndGradients(Part.INNER, 0, 1, 1);
      double ahead = 0.5 - 0.2 * (0.5 - 2 + TwoNumbers.push(0, 1));
      double expected = (2.0 - 1) / 10 + 0.2 * (ahead - 3);
      assertThat(level.hypergradient(1, 0.2).get(0).item()).isCloseTo(expected, within(1e-4));
      assertThat(task.v.value().item()).isEqualTo(0.5);
    }
  }

  @Test
  void theFirstUpperStepGoesAgainstTheHypergradientAndTheLowerOneAgainstItsOwn() {
    try (TwoNumbers task = new TwoNumbers()) {
      AtomicInteger asked = new AtomicInteger();
      training(CONFIG, task, USUAL, () -> asked.getAndIncrement() == 1).run(null, false);
      // Adam's first step has the length of the rate. The direct term, 0.1, would draw m down; what
      // the lower level does next outweighs it.
      assertThat(task.m.value().item()).isCloseTo(2 + RATE / 2, within(1e-3));
      assertThat(task.v.value().item()).isCloseTo(0.5 + RATE, within(1e-3));
    }
  }

  @Test
  void eachStepTakesOneInnerBatchOneOuterBatchAndTwoDifferences() {
    try (TwoNumbers task = new TwoNumbers()) {
      run(task, levels(Hypergradient.FINITE, 1, 0, LastStart.CONTINUED));
      assertThat(task.seen.subList(0, 8))
          .containsExactly(
              "INNER 0:0",
              "OUTER 0:0",
              "precise 0:0",
              "precise 0:0",
              "INNER 0:1",
              "OUTER 0:1",
              "precise 0:1",
              "precise 0:1");
      assertThat(task.seen).hasSize(9 * 4).contains("OUTER 4:0").doesNotContain("OUTER 4:1");
    }
  }

  @Test
  void theExactDerivativeReplacesBothDifferences() {
    try (TwoNumbers task = new TwoNumbers()) {
      run(task, levels(Hypergradient.EXACT, 1, 0, LastStart.CONTINUED));
      assertThat(task.seen.subList(0, 3)).containsExactly("INNER 0:0", "OUTER 0:0", "mixed 0:0");
      assertThat(task.seen).hasSize(9 * 3);
    }
  }

  @Test
  void theUpperLevelMovesOnlyAfterItsNumberOfSteps() {
    try (TwoNumbers task = new TwoNumbers()) {
      TrainingResult result = run(task, levels(Hypergradient.EXACT, 4, 0, LastStart.CONTINUED));
      assertThat(task.seen.stream().filter(one -> one.startsWith("OUTER")))
          .containsExactly("OUTER 0:0", "OUTER 0:1", "OUTER 1:0");
      assertThat(result.tokens()).isEqualTo(9 * 10 + 3);
    }
  }

  @Test
  void accumulatedBatchesAreDifferentiatedTogether() {
    try (TwoNumbers task = new TwoNumbers()) {
      training(
              CONFIG.withAccumulation(2),
              task,
              levels(Hypergradient.FINITE, 1, 0, LastStart.CONTINUED),
              () -> false)
          .run(null, false);
      assertThat(task.seen.subList(0, 7))
          .containsExactly(
              "INNER 0:0",
              "INNER 0:1",
              "OUTER 0:0",
              "precise 0:0",
              "precise 0:1",
              "precise 0:0",
              "precise 0:1");
    }
  }

  @Test
  void theLastPhaseLeavesTheUpperParametersAndReadsAllRows() {
    try (TwoNumbers whole = new TwoNumbers();
        TwoNumbers first = new TwoNumbers()) {
      TrainingResult result = run(whole, USUAL);
      run(first, levels(Hypergradient.FINITE, 1, 0, LastStart.CONTINUED));
      assertThat(whole.m.value().item()).isEqualTo(first.m.value().item());
      assertThat(whole.v.value().item()).isNotEqualTo(first.v.value().item());
      assertThat(whole.seen).endsWith("ALL 3:0", "ALL 3:1", "ALL 4:0", "ALL 4:1");
      assertThat(result.epochs()).isEqualTo(5);
      assertThat(result.steps()).isEqualTo(13);
      assertThat(whole.rule.steps).isEqualTo(13);
    }
  }

  @Test
  void aFreshLastPhaseBeginsWhereTheLowerLevelBegan() {
    try (TwoNumbers fresh = new TwoNumbers();
        TwoNumbers continued = new TwoNumbers()) {
      run(
          fresh,
          new BiLevel(Set.of("m"), 0.2, 1, Hypergradient.FINITE, 1, 1, 1e-6, LastStart.FRESH));
      run(
          continued,
          new BiLevel(Set.of("m"), 0.2, 1, Hypergradient.FINITE, 1, 1, 1e-6, LastStart.CONTINUED));
      assertThat(fresh.v.value().item()).isCloseTo(0.5, within(1e-6));
      assertThat(continued.v.value().item()).isGreaterThan(0.7);
      assertThat(fresh.m.value().item()).isEqualTo(continued.m.value().item());
    }
  }

  @Test
  void theBestEpochHasTheValuesOfBothLevels() {
    try (TwoNumbers task = new TwoNumbers();
        TwoNumbers oneEpoch = new TwoNumbers()) {
      // Before the first stage, then its three epochs.
      task.scores = List.of(0.0, 0.9, 0.5, 0.4);
      BiLevel first = levels(Hypergradient.FINITE, 1, 0, LastStart.CONTINUED);
      TrainingResult result = run(task, first);
      training(CONFIG.withEpochs(1), oneEpoch, first, () -> false).run(null, false);
      assertThat(result.bestEpoch()).isEqualTo(1);
      assertThat(task.m.value().item()).isEqualTo(oneEpoch.m.value().item());
      assertThat(task.v.value().item()).isEqualTo(oneEpoch.v.value().item());
    }
  }

  @Test
  void patienceEndsEachStage() {
    try (TwoNumbers task = new TwoNumbers()) {
      task.scores = List.of(0.1, 0.9, 0.5, 0.4, 0.3);
      LoopConfig patient = CONFIG.withSelection(CONFIG.selection().withPatience(1));
      TrainingResult result = training(patient, task, USUAL, () -> false).run(null, false);
      assertThat(task.seen).doesNotContain("INNER 2:0").contains("ALL 3:0");
      assertThat(result.stoppedEarly()).isTrue();
    }
  }

  @Test
  void theCurvesOfBothLevelsAreKept() {
    try (TwoNumbers task = new TwoNumbers()) {
      List<EpochResult> history = run(task, USUAL).history();
      assertThat(history)
          .extracting(epoch -> epoch.metrics().containsKey("outerLoss"))
          .containsExactly(true, true, true, false, false);
      double first = history.get(0).metrics().get("outerLoss");
      double third = history.get(2).metrics().get("outerLoss");
      assertThat(first).isBetween(2.0, 3.4);
      assertThat(third).isLessThan(first);
    }
  }

  private record End(double v, double m, int ruleSteps, List<EpochResult> history, int best) {
    static End of(TwoNumbers task, TrainingResult result) {
      return new End(
          task.v.value().item(),
          task.m.value().item(),
          task.rule.steps,
          result.history(),
          result.bestEpoch());
    }
  }

  private Checkpoints place() {
    return new Checkpoints(folder.resolve("checkpoint"), RunSettings.NONE);
  }

  @ParameterizedTest
  @EnumSource
  void aRunStoppedAnywhereAndResumedEndsInTheSameBits(LastStart start) {
    BiLevel levels = levels(Hypergradient.FINITE, 2, 2, start);
    End straight;
    try (TwoNumbers task = new TwoNumbers()) {
      straight = End.of(task, run(task, levels));
    }
    List<Integer> stops = new ArrayList<>();
    for (int stop = 0; stop <= 12; stop++) {
      int steps = stop;
      AtomicInteger asked = new AtomicInteger();
      try (TwoNumbers task = new TwoNumbers()) {
        TrainingResult result =
            training(CONFIG, task, levels, () -> asked.getAndIncrement() == steps)
                .run(place(), false);
        assertThat(result.interrupted()).isTrue();
        stops.add(result.steps());
      }
      try (TwoNumbers task = new TwoNumbers()) {
        TrainingResult result = training(CONFIG, task, levels, () -> false).run(place(), true);
        assertThat(End.of(task, result)).as("stopped after " + steps).isEqualTo(straight);
      }
    }
    assertThat(stops).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void refusesToResumeWithAnotherLastPhase(int stopAfter) {
    AtomicInteger asked = new AtomicInteger();
    try (TwoNumbers first = new TwoNumbers();
        TwoNumbers second = new TwoNumbers()) {
      training(CONFIG, first, USUAL, () -> asked.getAndIncrement() == stopAfter)
          .run(place(), false);
      BiLevel other = levels(Hypergradient.FINITE, 1, 5, LastStart.CONTINUED);
      assertThatThrownBy(() -> training(CONFIG, second, other, () -> false).run(place(), true))
          .isInstanceOf(UserError.class)
          .hasMessageEndingWith(
              ": training cannot be resumed with other settings than it was begun with:"
                  + " training.stages.2.epochs was 2 and is 5");
    }
  }
}
