package io.haori.training.progressive;

import io.haori.adapter.spi.Stage;
import io.haori.adapter.spi.StepRule;
import io.haori.training.loop.TrainingTask;
import io.haori.training.optim.ParameterGroup;
import java.util.List;
import java.util.Map;

/**
 * A task as one stage sees it.
 *
 * @param task the whole
 * @param stage says what moves
 * @param epochsBefore most epochs of the stages before, so that no two stages see the rows in the
 *     same order
 */
record StageView(StagedTask task, Stage stage, int epochsBefore) implements TrainingTask {
  @Override
  public List<ParameterGroup> parameterGroups() {
    return task.parameterGroups(stage);
  }

  @Override
  public int batches(int epoch) {
    return task.batches(epochsBefore + epoch);
  }

  @Override
  public int tokens(int epoch, int batch) {
    return task.tokens(epochsBefore + epoch, batch);
  }

  @Override
  public int rows(int epoch, int batch) {
    return task.rows(epochsBefore + epoch, batch);
  }

  @Override
  public double lossAndGradients(int epoch, int batch, double lossFactor) {
    return task.lossAndGradients(epochsBefore + epoch, batch, lossFactor);
  }

  @Override
  public StepRule rule() {
    return task.rule();
  }

  @Override
  public Map<String, Double> validate() {
    return task.validate();
  }
}
