package io.haori.analysis.probe;

import java.util.Arrays;

/**
 * Mean cross-entropy of rows with a penalty, and its gradient.
 *
 * <pre>{@code
 * f(W, b) = 1/n Σᵢ −log softmax(W xᵢ + b)[yᵢ] + λ/2 ‖W‖²
 * ∂f/∂W   = 1/n Σᵢ (pᵢ − e_yᵢ) xᵢᵀ + λ W        ∂f/∂b = 1/n Σᵢ (pᵢ − e_yᵢ)
 * }</pre>
 *
 * The parameters are one array, class by class: its weights, then its intercept.
 */
final class LogisticLoss implements Lbfgs.Objective {
  private final double[][] rows;
  private final int[] classes;
  private final int count;
  private final int width;
  private final double penalty;

  LogisticLoss(double[][] rows, int[] classes, int count, double penalty) {
    this.rows = rows;
    this.classes = classes;
    this.count = count;
    this.width = rows[0].length;
    this.penalty = penalty;
  }

  @Override
  public double at(double[] x, double[] gradient) {
    int stride = width + 1;
    Arrays.fill(gradient, 0);
    double loss = 0;
    double[] scores = new double[count];
    for (int i = 0; i < rows.length; i++) {
      double[] row = rows[i];
      for (int k = 0; k < count; k++) {
        int from = k * stride;
        double sum = x[from + width];
        for (int j = 0; j < width; j++) {
          sum += x[from + j] * row[j];
        }
        scores[k] = sum;
      }
      double own = scores[classes[i]];
      loss += softmax(scores) - own;
      scores[classes[i]] -= 1;
      for (int k = 0; k < count; k++) {
        int from = k * stride;
        double g = scores[k] / rows.length;
        for (int j = 0; j < width; j++) {
          gradient[from + j] += g * row[j];
        }
        gradient[from + width] += g;
      }
    }
    loss /= rows.length;
    for (int k = 0; k < count; k++) {
      for (int j = k * stride; j < k * stride + width; j++) {
        loss += penalty / 2 * x[j] * x[j];
        gradient[j] += penalty * x[j];
      }
    }
    return loss;
  }

  /**
   * Puts probabilities in the place of scores.
   *
   * @return the logarithm of the sum of the scores' exponentials
   */
  static double softmax(double[] scores) {
    double most = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      most = Math.max(most, score);
    }
    double sum = 0;
    for (int k = 0; k < scores.length; k++) {
      scores[k] = Math.exp(scores[k] - most);
      sum += scores[k];
    }
    for (int k = 0; k < scores.length; k++) {
      scores[k] /= sum;
    }
    return most + Math.log(sum);
  }
}
