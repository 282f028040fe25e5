package io.haori.training.probe;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.Arrays;

/**
 * Mean cross-entropy of rows with a penalty, and its gradient.
 *
 * <pre>{@code
 * f(W, b) = 1/n Σᵢ −log softmax(W xᵢ + b)[yᵢ] + λ/2 ‖W − V‖²
 * ∂f/∂W   = 1/n Σᵢ (pᵢ − e_yᵢ) xᵢᵀ + λ (W − V)  ∂f/∂b = 1/n Σᵢ (pᵢ − e_yᵢ)
 * }</pre>
 *
 * The parameters are one array, class by class: its weights, then its intercept. Computed in F64.
 */
final class LogisticLoss implements Lbfgs.Objective, AutoCloseable {
  /** {@code [n][width + 1]}, the last column of ones. */
  private final Tensor rows;

  /** {@code [n][1]} the row's class. */
  private final Tensor classes;

  /** {@code [n][count]} one at the row's class. */
  private final Tensor wanted;

  /** {@code [width + 1]} the penalty on each coordinate, none on the intercept. */
  private final Tensor penalties;

  /** {@code [classes][width + 1]} where nothing is penalised: {@code V}. */
  private final Tensor centre;

  private final int count;
  private final int width;

  LogisticLoss(double[][] rows, int[] classes, int count, double penalty, double[] centre) {
    this.count = count;
    this.width = rows[0].length;
    int stride = width + 1;
    double[] flat = new double[rows.length * stride];
    double[] ones = new double[rows.length * count];
    long[] index = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * stride, width);
      flat[i * stride + width] = 1;
      ones[i * count + classes[i]] = 1;
      index[i] = classes[i];
    }
    double[] each = new double[stride];
    Arrays.fill(each, 0, width, penalty);
    try (Scope scope = Scope.open()) {
      this.rows = Tensors.of(flat, rows.length, stride).retain();
      this.wanted = Tensors.of(ones, rows.length, count).retain();
      this.classes = Tensors.of(index, index.length, 1).retain();
      this.penalties = Tensors.of(each, stride).retain();
      this.centre = Tensors.of(centre, count, stride).retain();
    }
  }

  @Override
  public double at(double[] x, double[] gradient) {
    try (Scope scope = Scope.open()) {
      Tensor weights = Tensors.of(x, count, width + 1L);
      Tensor logs = rows.matmul(weights.t()).logSoftmax();
      Tensor moved = weights.sub(centre);
      Tensor pulled = moved.mul(penalties);
      double loss =
          moved.mul(pulled).sum().item() / 2 - logs.gather(1, classes).to(DType.F64).mean().item();
      Tensor slope = logs.exp().sub(wanted).t().matmul(rows).mul(1.0 / rows.size(0)).add(pulled);
      System.arraycopy(slope.toDoubles(), 0, gradient, 0, gradient.length);
      return loss;
    }
  }

  @Override
  public void close() {
    rows.close();
    classes.close();
    wanted.close();
    penalties.close();
    centre.close();
  }
}
