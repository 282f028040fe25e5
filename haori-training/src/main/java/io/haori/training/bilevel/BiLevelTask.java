package io.haori.training.bilevel;

import io.haori.adapter.spi.StepRule;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Parameter;
import io.haori.training.optim.ParameterGroup;
import java.util.List;
import java.util.Map;

/**
 * What is trained at two levels. Whatever is random in a batch is a function of the seed, the part,
 * the epoch and the batch alone, so that the same batch can be computed again at other values.
 */
public interface BiLevelTask {
  /** What the lower level moves; the same groups at every call. */
  List<ParameterGroup> lowerGroups();

  /** What the upper level moves; the same parameters at every call. */
  List<Parameter> upper();

  /**
   * Number of batches.
   *
   * @param part of the rows
   * @param epoch counted from 0
   * @return at least 1
   */
  int batches(Part part, int epoch);

  /**
   * Number of tokens of a batch.
   *
   * @param part of the rows
   * @param epoch counted from 0
   * @param batch counted from 0
   */
  int tokens(Part part, int epoch, int batch);

  /**
   * Number of rows whose losses a batch's loss is the mean of.
   *
   * @param part of the rows
   * @param epoch counted from 0
   * @param batch counted from 0
   * @return at least 1
   */
  int rows(Part part, int epoch, int batch);

  /**
   * Adds the gradients of a batch to the parameters of both levels.
   *
   * @param part of the rows
   * @param epoch counted from 0
   * @param batch counted from 0
   * @param lossFactor multiplies the gradients
   * @return mean loss of the batch, without the factor
   */
  double lossAndGradients(Part part, int epoch, int batch, double lossFactor);

  /**
   * The same for the inner part in F32 whatever the run's precision, since the gradients will be
   * subtracted from each other.
   *
   * @param epoch counted from 0
   * @param batch counted from 0
   * @param lossFactor multiplies the gradients
   */
  void preciseGradients(int epoch, int batch, double lossFactor);

  /**
   * How the upper parameters' gradient of a batch of the inner part changes along a direction of
   * the lower ones.
   *
   * @param epoch counted from 0
   * @param batch counted from 0
   * @param lower the lower parameters
   * @param direction one a lower parameter
   * @return one an upper parameter, in the order of {@link #upper}, in the current scope
   */
  List<Tensor> mixedDerivative(int epoch, int batch, List<Parameter> lower, List<Tensor> direction);

  /** What the method does around each step; the same at every call. */
  StepRule rule();

  /** Scores the parameters as they are; see {@code TrainingTask}. */
  Map<String, Double> validate();
}
