package io.haori.training.task;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.training.loop.TrainingTask;
import io.haori.training.optim.ParameterGroup;
import io.haori.training.privacy.NoisySteps;
import io.haori.training.privacy.Privacy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A fit whose steps give away little of any row (Abadi et al. 2016, DP-SGD, arXiv 1607.00133,
 * algorithm 1):
 *
 * <pre>{@code
 * g = 1/L · (Σ_{i in step} g_i · min(1, C / ‖g_i‖) + N(0, σ²C²))
 * }</pre>
 *
 * Each row is in a step with probability {@code q} of its own, {@code L} is the mean number of rows
 * in a step, {@code g_i} is a row's gradient with respect to all parameters together. Which rows
 * and what noise comes from a source that nobody can repeat, so no two runs are the same. Nothing
 * is validated: validation rows are rows as well, and what they chose would tell of them.
 */
final class PrivateTuningTask implements TrainingTask {
  private final TuningTask task;
  private final TuneSettings settings;
  private final int rows;
  private final NoisySteps noise;
  private final double clip;
  private final RandomGenerator random;

  /**
   * Wraps a task.
   *
   * @param task its rows are at least one
   * @param settings of the fit
   * @param rows training rows
   * @param noise of its steps
   * @param clip bound of a row's gradient
   * @param random a source that cannot be guessed
   */
  PrivateTuningTask(
      TuningTask task,
      TuneSettings settings,
      int rows,
      NoisySteps noise,
      double clip,
      RandomGenerator random) {
    this.task = task;
    this.settings = settings;
    this.rows = rows;
    this.noise = noise;
    this.clip = clip;
    this.random = random;
  }

  @Override
  public List<ParameterGroup> parameterGroups() {
    return task.parameterGroups();
  }

  @Override
  public int batches(int epoch) {
    return Privacy.batches(rows, settings.batchSize());
  }

  @Override
  public int tokens(int epoch, int batch) {
    return 0;
  }

  @Override
  public int rows(int epoch, int batch) {
    return 1;
  }

  @Override
  public double lossAndGradients(int epoch, int batch, double lossFactor) {
    List<Parameter> parameters =
        parameterGroups().stream().flatMap(group -> group.parameters().stream()).toList();
    List<Tensor> sums = new ArrayList<>();
    parameters.forEach(parameter -> sums.add(Tensors.zeros(DType.F32, parameter.value().shape())));
    double loss = 0;
    int taken = 0;
    for (int row = 0; row < rows; row++) {
      if (random.nextDouble() < noise.samplingRate()) {
        loss += addClipped(parameters, sums, row, epoch, task.seed(epoch, batch));
        taken++;
      }
    }
    double expected = rows * noise.samplingRate();
    double deviation = noise.noiseMultiplier() * clip;
    for (int i = 0; i < sums.size(); i++) {
      try (Scope scope = Scope.open()) {
        Tensor drawn = Tensors.normal(random, deviation, sums.get(i).shape());
        parameters.get(i).accumulate(sums.get(i).add(drawn).mul(lossFactor / expected));
      }
    }
    return taken == 0 ? 0 : loss / taken;
  }

  private double addClipped(
      List<Parameter> parameters, List<Tensor> sums, int row, int epoch, long seed) {
    try (Scope scope = Scope.open()) {
      double loss =
          task.lossAndGradients(epoch, new int[] {row}, seed, 1, settings.text().precision());
      double square = 0;
      for (Parameter parameter : parameters) {
        Tensor gradient = parameter.gradient();
        square += gradient.mul(gradient).view(1, gradient.count()).sum(1, false).item();
      }
      double factor = Math.min(1, clip / Math.sqrt(Math.max(square, Double.MIN_NORMAL)));
      for (int i = 0; i < sums.size(); i++) {
        Tensor gradient = parameters.get(i).gradient();
        if (Double.isFinite(square)) {
          sums.get(i).addScaledInPlace(gradient, factor);
        }
        gradient.zeroInPlace();
      }
      return loss;
    }
  }

  @Override
  public Map<String, Double> validate() {
    return Map.of();
  }
}
