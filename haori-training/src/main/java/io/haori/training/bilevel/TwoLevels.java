package io.haori.training.bilevel;

import io.haori.adapter.spi.LastStart;
import io.haori.adapter.spi.Phase;
import io.haori.adapter.spi.Stage;
import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.TrainingStrategy.BiLevel;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Parameter;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.ParameterGroup;
import io.haori.training.progressive.StagedTask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A task of two levels as stages see it. In the first stage the loop's optimizer moves the lower
 * parameters along the inner part's gradient; the upper ones are with it in a group of rate 0, so
 * that they are in checkpoints and among the best epoch's values, while the step rule moves them.
 */
final class TwoLevels implements StagedTask, AutoCloseable {
  private final LoopConfig config;
  private final BiLevelTask task;
  private final BiLevel levels;
  private final List<Parameter> lower = new ArrayList<>();
  private final List<Tensor> starts = new ArrayList<>();
  private final UpperLevel upperLevel;

  TwoLevels(LoopConfig config, BiLevelTask task, BiLevel levels) {
    this.config = config;
    this.task = task;
    this.levels = levels;
    task.lowerGroups().forEach(group -> lower.addAll(group.parameters()));
    if (levels.lastStart() == LastStart.FRESH) {
      try (Scope scope = Scope.open()) {
        lower.forEach(parameter -> starts.add(parameter.value().copy().retain()));
      }
    }
    upperLevel = new UpperLevel(config, task, levels, lower, this::begun);
  }

  private void begun(Phase phase) {
    if (phase == Phase.FIXED) {
      for (int i = 0; i < starts.size(); i++) {
        lower.get(i).value().copyInPlace(starts.get(i));
      }
    }
  }

  @Override
  public List<ParameterGroup> parameterGroups() {
    List<ParameterGroup> groups = new ArrayList<>(task.lowerGroups());
    groups.add(new ParameterGroup("upper level", task.upper(), 0, 0));
    return groups;
  }

  @Override
  public List<ParameterGroup> parameterGroups(Stage stage) {
    return stage.phase() == Phase.FIXED ? task.lowerGroups() : parameterGroups();
  }

  /** Epochs of the last stage are counted on from the most that the first one may have. */
  private Part part(int epoch) {
    return epoch < config.epochs() ? Part.INNER : Part.ALL;
  }

  @Override
  public int batches(int epoch) {
    return task.batches(part(epoch), epoch);
  }

  /** What the upper level reads belongs to the step that it reads it for. */
  @Override
  public int tokens(int epoch, int batch) {
    int tokens = task.tokens(part(epoch), epoch, batch);
    if (part(epoch) == Part.INNER && batch % config.accumulation() == 0) {
      int stepsAnEpoch = (batches(epoch) + config.accumulation() - 1) / config.accumulation();
      int before = epoch * stepsAnEpoch + batch / config.accumulation();
      if (before % levels.unroll() == 0) {
        UpperLevel.OuterBatch outer = upperLevel.outerBatch(before);
        tokens += task.tokens(Part.OUTER, outer.epoch(), outer.batch());
      }
    }
    return tokens;
  }

  @Override
  public int rows(int epoch, int batch) {
    return task.rows(part(epoch), epoch, batch);
  }

  @Override
  public double lossAndGradients(int epoch, int batch, double lossFactor) {
    if (part(epoch) == Part.INNER) {
      upperLevel.willStepAfter(epoch, batch, lossFactor);
    }
    return task.lossAndGradients(part(epoch), epoch, batch, lossFactor);
  }

  @Override
  public StepRule rule() {
    return upperLevel;
  }

  @Override
  public Map<String, Double> validate() {
    Map<String, Double> metrics = new LinkedHashMap<>(task.validate());
    double outerLoss = upperLevel.takeMeanLoss();
    if (!metrics.isEmpty() && !Double.isNaN(outerLoss)) {
      metrics.put(BiLevelTraining.OUTER_LOSS, outerLoss);
    }
    return metrics;
  }

  @Override
  public void close() {
    starts.forEach(Tensor::close);
    upperLevel.close();
  }
}
