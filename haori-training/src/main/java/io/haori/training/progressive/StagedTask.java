package io.haori.training.progressive;

import io.haori.adapter.spi.Stage;
import io.haori.training.loop.TrainingTask;
import io.haori.training.optim.ParameterGroup;
import java.util.List;

/** A task of which a stage may move a part of the parameters only. */
public interface StagedTask extends TrainingTask {
  /**
   * The parameters that a stage moves.
   *
   * @param stage the stage
   * @return a part of {@link #parameterGroups()}
   */
  List<ParameterGroup> parameterGroups(Stage stage);
}
