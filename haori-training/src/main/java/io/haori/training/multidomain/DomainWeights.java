package io.haori.training.multidomain;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much each domain's loss counts at a step. A step's loss is {@code Σ_d w_d Σ_rows ℓ / B} with
 * {@code B} the batch's rows.
 *
 * <pre>{@code
 * uniform       w = N / (D n)
 * size          w = 1                        temperature: the same, the rows are drawn otherwise
 * uncertainty   w = N / (D n) · exp(−s)      with s learnt: loss + s/2
 * dwa           w = N / (D n) · D softmax(L(e−1) / L(e−2) / T)
 * }</pre>
 */
final class DomainWeights implements AutoCloseable {
  private final Weighting weighting;
  private final double temperature;
  private final double[] base;
  private final double[] factors;
  private final @Nullable Parameter logVariances;
  private final double[] lossSums;
  private final long[] lossRows;
  private double @Nullable [] before;

  /**
   * Weights before the first step.
   *
   * @param weighting how they are made
   * @param temperature of {@link Weighting#DWA}
   * @param rows {@code [domains]} training rows of each
   */
  DomainWeights(Weighting weighting, double temperature, int[] rows) {
    this.weighting = weighting;
    this.temperature = temperature;
    double all = Arrays.stream(rows).sum();
    boolean byRow = weighting == Weighting.SIZE || weighting == Weighting.TEMPERATURE;
    this.base = Arrays.stream(rows).mapToDouble(n -> byRow ? 1 : all / rows.length / n).toArray();
    this.factors = new double[rows.length];
    Arrays.fill(factors, 1);
    this.lossSums = new double[rows.length];
    this.lossRows = new long[rows.length];
    try (Scope scope = Scope.open()) {
      this.logVariances =
          weighting == Weighting.UNCERTAINTY
              ? new Parameter("uncertainty.log_variance", Tensors.zeros(DType.F32, rows.length))
              : null;
    }
  }

  /** What is learnt along with the model, if anything. */
  Optional<Parameter> parameter() {
    return Optional.ofNullable(logVariances);
  }

  /** {@code [domains]} the weights of the next step. */
  double[] now() {
    double[] weights = new double[base.length];
    float[] learnt = logVariances == null ? new float[0] : logVariances.value().toFloats();
    for (int i = 0; i < weights.length; i++) {
      double factor = logVariances == null ? factors[i] : Math.exp(-learnt[i]);
      weights[i] = base[i] * factor;
    }
    return weights;
  }

  /**
   * Hears of a batch before the optimizer moves.
   *
   * @param sums {@code [domains]} sums of the rows' losses
   * @param rows {@code [domains]} how many rows those were
   */
  void step(double[] sums, int[] rows) {
    for (int i = 0; i < sums.length; i++) {
      lossSums[i] += sums[i];
      lossRows[i] += rows[i];
    }
    if (logVariances != null) {
      int batch = Arrays.stream(rows).sum();
      double[] weights = now();
      float[] gradient = new float[sums.length];
      for (int i = 0; i < gradient.length; i++) {
        // d/ds of w · sum / B + s/2 · (share of the batch that is the domain's)
        double share = base[i] * rows[i] / batch;
        gradient[i] = (float) (-weights[i] * sums[i] / batch + share / 2);
      }
      try (Scope scope = Scope.open()) {
        logVariances.accumulate(Tensors.of(gradient, gradient.length));
      }
    }
  }

  /** Ends an epoch: dynamic weights are made anew from the last two epochs' mean losses. */
  void endEpoch() {
    double[] mean = new double[lossSums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = lossRows[i] == 0 ? Double.NaN : lossSums[i] / lossRows[i];
    }
    if (weighting == Weighting.DWA && before != null) {
      double[] made = dynamic(mean, before, temperature);
      System.arraycopy(made, 0, factors, 0, made.length);
    }
    before = mean;
    Arrays.fill(lossSums, 0);
    Arrays.fill(lossRows, 0);
  }

  /**
   * Dynamic weight average: {@code D · softmax(last / before / T)}.
   *
   * @param last {@code [domains]} mean losses of the last epoch
   * @param before {@code [domains]} mean losses of the epoch before it
   * @param temperature {@code T}
   * @return {@code [domains]}, with the mean 1
   */
  static double[] dynamic(double[] last, double[] before, double temperature) {
    double[] weights = new double[last.length];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double ratio = last[i] / before[i];
      // A loss of nothing has no speed; a ratio beyond 10 says no more than 10 does.
      double speed = Double.isFinite(ratio) ? Math.min(ratio, 10) : 1;
      weights[i] = Math.exp(speed / temperature);
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= weights.length / sum;
    }
    return weights;
  }

  @Override
  public void close() {
    if (logVariances != null) {
      logVariances.close();
    }
  }
}
