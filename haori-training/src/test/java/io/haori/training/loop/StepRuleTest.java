package io.haori.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.spi.StepRule;
import io.haori.tensor.Tensors;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.ParameterGroup;
import io.haori.training.optim.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When the loop calls a task's step rule, and what that may change. */
class StepRuleTest {
  private static final LoopConfig CONFIG =
      LoopConfig.DEFAULT
          .withEpochs(3)
          .withSchedule(new Schedule(Schedule.Shape.LINEAR, 0, 0))
          .withSelection(new Selection("score", true, 0))
          .withOptimizer(new AdamWConfig(0.5, 0.9, 0.999, 1e-8, 0));

  /** A fake task with a rule. */
  private record Ruled(FakeTask task, StepRule rule) implements TrainingTask {
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

  @Test
  void itSeesTheWholeGradientBeforeAStepAndTheMovedValueAfterIt() {
    try (FakeTask task = new FakeTask()) {
      task.gradients = List.of(5f);
      task.batches = 4;
      List<String> calls = new ArrayList<>();
      StepRule rule =
          new StepRule() {
            @Override
            public void beforeStep(int step, int steps) {
              float gradient = (float) task.parameter.gradient().item();
              calls.add("before %d/%d with %s".formatted(step, steps, gradient));
            }

            @Override
            public void afterStep(int step, int steps, double learningRate) {
              boolean moved = task.parameter.value().item() != 1;
              calls.add("after %d/%d at %s moved %s".formatted(step, steps, learningRate, moved));
            }
          };
      new TrainingLoop(
              CONFIG.withEpochs(1).withAccumulation(2).withSelection(new Selection("x", true, 0)),
              new Ruled(task, rule))
          .run();
      assertThat(calls)
          .containsExactly(
              "before 1/2 with 5.0",
              "after 1/2 at 0.5 moved true",
              "before 2/2 with 5.0",
              "after 2/2 at 0.25 moved true");
    }
  }

  @Test
  void whatItDoesToGradientsAndValuesCounts() {
    try (FakeTask task = new FakeTask()) {
      StepRule rule =
          new StepRule() {
            @Override
            public void beforeStep(int step, int steps) {
              if (step < steps) {
                task.parameter.gradient().zeroInPlace();
              }
            }

            @Override
            public void afterStep(int step, int steps, double learningRate) {
              task.parameter.value().copyInPlace(Tensors.of(new float[] {step}, 1));
            }
          };
      task.metrics = FakeTask.metrics("score", 1, 2, 3);
      List<Double> norms = new ArrayList<>();
      LoopListener listener =
          new LoopListener() {
            @Override
            public void onStep(Step step) {
              norms.add(step.gradientNorm());
            }
          };
      new TrainingLoop(CONFIG, new Ruled(task, rule), listener, () -> false, System::nanoTime)
          .run();
      assertThat(norms).containsExactly(0.0, 0.0, 0.0, 0.0, 0.0, 1.0);
      assertThat(task.parameter.value().item()).isCloseTo(6, within(1e-6));
    }
  }

  @Test
  void anEpochBeforeItIsCompleteIsNeverTheBest() {
    try (FakeTask task = new FakeTask()) {
      task.metrics = FakeTask.metrics("score", 0.9, 0.8, 0.5);
      int[] steps = new int[1];
      StepRule rule =
          new StepRule() {
            @Override
            public void afterStep(int step, int all, double learningRate) {
              steps[0] = step;
            }

            @Override
            public boolean isComplete() {
              return steps[0] >= 4;
            }
          };
      TrainingResult result = new TrainingLoop(CONFIG, new Ruled(task, rule)).run();
      assertThat(result.bestEpoch()).isEqualTo(2);
      assertThat(result.history()).hasSize(3);
      assertThat((float) task.parameter.value().item()).isEqualTo(task.valuesAtValidation.get(1));
    }
  }
}
