package io.haori.training.loop;

import io.haori.adapter.spi.StepRule;
import io.haori.training.optim.ParameterGroup;
import java.util.List;
import java.util.Map;

/**
 * What is trained: parameters, and batches that give them gradients. Epochs and the batches of an
 * epoch are counted from 0 here, as indices; reports count epochs from 1.
 *
 * <p>Whatever is random (order, dropout, masks) must be a function of the task's seed, the epoch
 * and the batch alone, never of what ran before: then a run that is resumed at any batch ends in
 * the same bits as one that was never stopped.
 */
public interface TrainingTask {
  /**
   * The parameters that training moves.
   *
   * @return the same groups at every call, no parameter and no name twice
   */
  List<ParameterGroup> parameterGroups();

  /**
   * Number of batches.
   *
   * @param epoch counted from 0
   * @return at least 1
   */
  int batches(int epoch);

  /**
   * Number of tokens that a batch makes the model read.
   *
   * @param epoch counted from 0
   * @param batch counted from 0
   */
  int tokens(int epoch, int batch);

  /**
   * Number of rows whose losses a batch's loss is the mean of: how much the batch weighs in a step
   * of several batches and in its epoch's loss.
   *
   * @param epoch counted from 0
   * @param batch counted from 0
   * @return at least 1
   */
  int rows(int epoch, int batch);

  /**
   * Adds the gradients of a batch to the parameters. Runs inside a scope that is closed afterwards.
   *
   * @param epoch counted from 0
   * @param batch counted from 0
   * @param lossFactor multiplies the gradients, for a batch that is a part of a step: its share of
   *     the step's rows
   * @return mean loss of the batch, without the factor
   */
  double lossAndGradients(int epoch, int batch, double lossFactor);

  /**
   * Batches so far, behind the first, for which a step had to wait: those that are read from files
   * ahead of it.
   */
  default long waits() {
    return 0;
  }

  /** What happens around each step besides the optimizer's; the same at every call. */
  default StepRule rule() {
    return StepRule.NONE;
  }

  /**
   * Scores the parameters as they are.
   *
   * @return metrics by name, the same names at every call; none when there is nothing to score on
   */
  Map<String, Double> validate();
}
