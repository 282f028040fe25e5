package io.haori.training.probe;

import static io.haori.core.check.Check.require;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Multinomial logistic regression, fitted to the optimum of its convex objective.
 *
 * <pre>{@code
 * p(y | x) = softmax(W x + b)      min  C Σᵢ −log p(yᵢ | xᵢ) + ½ ‖W‖²
 *                                 W, b
 * }</pre>
 *
 * (Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, 4.4; the weight {@code
 * C} of the data is scikit-learn's.) The intercepts are not penalised. With two classes or more the
 * optimum is unique up to a constant added to all intercepts, which changes no answer.
 *
 * @param weights {@code W [classes][width]}
 * @param intercepts {@code b [classes]}
 * @param iterations steps that the optimiser took
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to a head, never compared.
public record LogisticRegression(double[][] weights, double[] intercepts, int iterations) {
  /** The gradient of the mean loss at the optimum is at most this in each coordinate. */
  private static final double TOLERANCE = 1e-6;

  private static final int MOST_STEPS = 2_000;

  /**
   * Fits it.
   *
   * @param rows {@code [n][width]}, at least one
   * @param classes {@code [n]} in [0, count)
   * @param count number of classes, at least 2; those without a row get the lowest intercepts
   * @param c weight of the data against the penalty, above 0; larger fits the rows more closely
   * @throws io.haori.core.check.UserError when a bound is broken
   */
  public static LogisticRegression fit(double[][] rows, int[] classes, int count, double c) {
    require(count >= 2, "classes of a probe", "at least 2", count);
    require(rows.length > 0, "rows of a probe", "at least 1", rows.length);
    return none(count, rows[0].length).refit(rows, classes, c);
  }

  /**
   * One that gives each class the same probability.
   *
   * @param count of classes
   * @param width of a row
   */
  static LogisticRegression none(int count, int width) {
    return new LogisticRegression(new double[count][width], new double[count], 0);
  }

  /**
   * Fits one that stays near this: the penalty is on the distance from these weights, as a Gaussian
   * prior around them has it (Chelba, Acero 2004, Adaptation of Maximum Entropy Capitalizer: Little
   * Data Can Help a Lot). The intercepts start from these and are not penalised.
   *
   * @param rows {@code [n][width]}, at least one
   * @param classes {@code [n]} in [0, classes of this)
   * @param c weight of the data against the penalty, above 0; a small one stays nearer
   * @throws io.haori.core.check.UserError when a bound is broken
   */
  public LogisticRegression refit(double[][] rows, int[] classes, double c) {
    return refit(rows, classes, c, this);
  }

  /**
   * The same, searched from elsewhere: the optimum does not depend on it, the time does.
   *
   * @param rows {@code [n][width]}, at least one
   * @param classes {@code [n]} in [0, classes of this)
   * @param c weight of the data against the penalty, above 0; a small one stays nearer
   * @param first where the search begins
   */
  LogisticRegression refit(double[][] rows, int[] classes, double c, LogisticRegression first) {
    require(rows.length > 0, "rows of a probe", "at least 1", rows.length);
    require(c > 0 && Double.isFinite(c), "probe.c", "above 0 and finite", c);
    int count = intercepts.length;
    int width = rows[0].length;
    double penalty = 1 / (c * rows.length);
    Lbfgs.Minimum found;
    try (LogisticLoss loss = new LogisticLoss(rows, classes, count, penalty, flat())) {
      found = Lbfgs.minimum(loss, first.flat(), TOLERANCE, MOST_STEPS);
    }
    double[] x = found.at();
    double[][] fitted = new double[count][width];
    double[] constants = new double[count];
    for (int k = 0; k < count; k++) {
      System.arraycopy(x, k * (width + 1), fitted[k], 0, width);
      constants[k] = x[k * (width + 1) + width];
    }
    return new LogisticRegression(fitted, constants, found.steps());
  }

  /** Class by class its weights, then its intercept. */
  private double[] flat() {
    int width = weights[0].length;
    double[] flat = new double[weights.length * (width + 1)];
    for (int k = 0; k < weights.length; k++) {
      System.arraycopy(weights[k], 0, flat, k * (width + 1), width);
      flat[k * (width + 1) + width] = intercepts[k];
    }
    return flat;
  }

  /**
   * Probabilities of the classes.
   *
   * @param row {@code [width]}
   * @return {@code [classes]}, summing up to 1
   */
  public double[] probabilities(double[] row) {
    double[] scores = new double[intercepts.length];
    for (int k = 0; k < scores.length; k++) {
      double sum = intercepts[k];
      double[] w = weights[k];
      for (int i = 0; i < row.length; i++) {
        sum += w[i] * row[i];
      }
      scores[k] = sum;
    }
    softmax(scores);
    return scores;
  }

  private static void softmax(double[] scores) {
    double most = Arrays.stream(scores).max().orElse(0);
    double sum = 0;
    for (int k = 0; k < scores.length; k++) {
      scores[k] = Math.exp(scores[k] - most);
      sum += scores[k];
    }
    for (int k = 0; k < scores.length; k++) {
      scores[k] /= sum;
    }
  }

  /**
   * The most probable class.
   *
   * @param row {@code [width]}
   */
  public int answer(double[] row) {
    return greatest(probabilities(row));
  }

  /** The first of the greatest. */
  static int greatest(double[] p) {
    return IntStream.range(0, p.length).reduce(0, (best, k) -> p[k] > p[best] ? k : best);
  }
}
