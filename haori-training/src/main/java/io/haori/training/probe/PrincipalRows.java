package io.haori.training.probe;

import io.haori.tensor.Decompositions;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;

/**
 * Rows in the coordinates of their principal directions. A linear model of few rows with many
 * columns, with a penalty on {@code ‖W − V‖²}, is the same model there, of at most as many numbers
 * a class as there are rows.
 *
 * <pre>{@code
 * X [n][width],  m = mean of the rows,  X − 1 mᵀ = U S A       A [r][width], orthonormal rows
 * zᵢ = A (xᵢ − m),    W xᵢ + b = (W Aᵀ) zᵢ + (b + W m)
 * }</pre>
 *
 * <p>What of W is outside the span of A changes no score of these rows, so that the penalty keeps
 * it as it is in V.
 *
 * @param mean {@code m [width]}
 * @param directions {@code A [r][width]}
 * @param coordinates {@code z [n][r]}
 */
@SuppressWarnings("ArrayRecordComponent") // Read only, never compared.
record PrincipalRows(double[] mean, double[][] directions, double[][] coordinates) {
  /** Directions of a smaller share of the largest singular value are rounding. */
  private static final double ROUNDING = 1e-12;

  /**
   * Finds the directions of rows.
   *
   * @param rows {@code [n][width]}, at least one
   */
  static PrincipalRows of(double[][] rows) {
    int n = rows.length;
    int width = rows[0].length;
    double[] mean = new double[width];
    for (double[] row : rows) {
      for (int i = 0; i < width; i++) {
        mean[i] += row[i] / n;
      }
    }
    double[] centred = new double[n * width];
    for (int row = 0; row < n; row++) {
      for (int i = 0; i < width; i++) {
        centred[row * width + i] = rows[row][i] - mean[i];
      }
    }
    try (Scope scope = Scope.open()) {
      Tensor matrix = Tensors.of(centred, n, width);
      Decompositions.Svd svd = Decompositions.svd(matrix);
      double[] values = svd.s().toDoubles();
      int r = 1;
      while (r < values.length && values[r] > ROUNDING * values[0]) {
        r++;
      }
      Tensor directions = svd.v().narrow(0, 0, r);
      return new PrincipalRows(
          mean, nested(directions, r, width), nested(matrix.matmul(directions.t()), n, r));
    }
  }

  private static double[][] nested(Tensor matrix, int rows, int columns) {
    double[] flat = matrix.toDoubles();
    double[][] nested = new double[rows][columns];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(flat, row * columns, nested[row], 0, columns);
    }
    return nested;
  }

  /**
   * A model of the rows as the same model of their coordinates.
   *
   * @param model of the width of the rows
   */
  LogisticRegression inside(LogisticRegression model) {
    int count = model.weights().length;
    double[][] weights = new double[count][directions.length];
    double[] intercepts = new double[count];
    for (int k = 0; k < count; k++) {
      for (int j = 0; j < directions.length; j++) {
        weights[k][j] = dot(directions[j], model.weights()[k]);
      }
      intercepts[k] = model.intercepts()[k] + dot(mean, model.weights()[k]);
    }
    return new LogisticRegression(weights, intercepts, model.iterations());
  }

  /**
   * A model of the coordinates as the same model of the rows.
   *
   * @param model of the coordinates
   * @param around of the rows, near which it was fitted: what is outside the directions is as there
   */
  LogisticRegression outside(LogisticRegression model, LogisticRegression around) {
    int count = model.weights().length;
    LogisticRegression before = inside(around);
    double[][] weights = new double[count][];
    double[] intercepts = new double[count];
    for (int k = 0; k < count; k++) {
      weights[k] = around.weights()[k].clone();
      for (int j = 0; j < directions.length; j++) {
        double moved = model.weights()[k][j] - before.weights()[k][j];
        for (int i = 0; i < mean.length; i++) {
          weights[k][i] += moved * directions[j][i];
        }
      }
      intercepts[k] = model.intercepts()[k] - dot(mean, weights[k]);
    }
    return new LogisticRegression(weights, intercepts, model.iterations());
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
