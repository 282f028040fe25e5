package io.haori.analysis.calibration;

import static io.haori.core.check.Check.require;

import java.util.function.DoubleUnaryOperator;

/**
 * One number that makes the probabilities of a classifier honest without changing its answers:
 * {@code p = softmax(z / T)} for scores {@code z} (Guo et al. 2017, arXiv 1706.04599).
 *
 * @param value {@code T}; finite, above 0. Above 1 it makes probabilities less sure
 */
public record Temperature(double value) {
  /** Leaves probabilities as they are. */
  public static final Temperature NONE = new Temperature(1);

  /** The lowest that a fit gives. */
  public static final double LOWEST = 0.01;

  /** The highest that a fit gives. */
  public static final double HIGHEST = 100;

  /** Halvings of the interval of log T: more than a double can tell apart. */
  private static final int STEPS = 60;

  /** What the temperature of a module of few rows is about, before it is known. */
  private static final double USUAL = 1.75;

  /** How much that counts: the relative variance of {@code 1/T} about it is 1 over this. */
  private static final double USUAL_WEIGHT = 2;

  /** Checks the bound. */
  public Temperature {
    require(value > 0 && value <= Double.MAX_VALUE, "temperature", "finite and above 0", value);
  }

  /**
   * The temperature that minimises the log loss of rows that the model was not trained on.
   *
   * <pre>{@code
   * f(β) = Σᵢ log Σₖ exp(β zᵢₖ) − β ((1 − ε) zᵢ,yᵢ + ε/K Σₖ zᵢₖ)      β = 1/T, ε = 1/(n + 1)
   * }</pre>
   *
   * {@code f} is convex in {@code β}; the zero of its derivative is found by bisection. Without
   * {@code ε}, rows that are all answered right would give {@code T → 0}, so that a few of them
   * would promise certainty. It is one more row without a class shared among all rows, as Platt
   * (1999) smooths targets: {@code n} right answers of {@code n} promise about {@code n/(n + 1)}.
   *
   * @param logits {@code [n][classes]} scores of held-out rows; finite
   * @param classes {@code [n]} the right class of each
   * @return {@link #NONE} without rows; between {@value #LOWEST} and {@value #HIGHEST}
   */
  public static Temperature fit(double[][] logits, int[] classes) {
    double share = 1.0 / (logits.length + 1);
    return zero(logits, classes, beta -> slope(logits, classes, share, beta));
  }

  /**
   * The most probable temperature by answers of cross-validation to few rows, of which each may
   * have been answered several times, always by a model that had not seen it.
   *
   * <pre>{@code
   * f(β) = m/n Σᵢ (log Σₖ exp(β zᵢₖ) − β zᵢ,yᵢ) + 2 (1.75 β − log β)      β = 1/T
   * }</pre>
   *
   * for {@code n} answers to {@code m} rows. The last term is a Gamma distribution of {@code β}
   * with its mode at {@code 1/1.75}: how sure modules of few rows are on average, at the weight of
   * about two rows that decide. It keeps a few rows that are all right, or all wrong, from
   * promising certainty or nothing.
   *
   * @param logits {@code [n][classes]} scores; finite
   * @param classes {@code [n]} the right class of each
   * @param different {@code m}; at most {@code n}
   * @return {@link #NONE} without rows; between {@value #LOWEST} and {@value #HIGHEST}
   */
  public static Temperature fitCrossValidated(double[][] logits, int[] classes, int different) {
    double weight = (double) different / logits.length;
    return zero(
        logits,
        classes,
        beta -> weight * slope(logits, classes, 0, beta) + USUAL_WEIGHT * (USUAL - 1 / beta));
  }

  /** Where the derivative of a convex function of {@code 1/T} is 0. */
  private static Temperature zero(double[][] logits, int[] classes, DoubleUnaryOperator slope) {
    if (logits.length != classes.length) {
      throw new IllegalArgumentException(logits.length + " rows, " + classes.length + " classes");
    }
    if (logits.length == 0) {
      return NONE;
    }
    double low = Math.log(LOWEST);
    double high = Math.log(HIGHEST);
    for (int step = 0; step < STEPS; step++) {
      double middle = (low + high) / 2;
      if (slope.applyAsDouble(Math.exp(-middle)) > 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return new Temperature(Math.exp((low + high) / 2));
  }

  /**
   * The derivative of {@code f} at {@code beta}.
   *
   * @param share {@code ε}
   */
  private static double slope(double[][] logits, int[] classes, double share, double beta) {
    double slope = 0;
    for (int row = 0; row < logits.length; row++) {
      double[] z = logits[row];
      double[] p = softmax(z, beta);
      double expected = 0;
      double mean = 0;
      for (int k = 0; k < z.length; k++) {
        expected += p[k] * z[k];
        mean += z[k] / z.length;
      }
      slope += expected - (1 - share) * z[classes[row]] - share * mean;
    }
    return slope;
  }

  /**
   * Probabilities of the classes.
   *
   * @param logits {@code [classes]} finite
   * @return {@code [classes]}, summing up to 1
   */
  public double[] probabilities(double[] logits) {
    return softmax(logits, 1 / value);
  }

  /** The same of many rows. */
  public double[][] probabilities(double[][] logits) {
    double[][] probabilities = new double[logits.length][];
    for (int row = 0; row < logits.length; row++) {
      probabilities[row] = probabilities(logits[row]);
    }
    return probabilities;
  }

  private static double[] softmax(double[] logits, double beta) {
    double most = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      most = Math.max(most, logit);
    }
    double[] p = new double[logits.length];
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      p[k] = Math.exp(beta * (logits[k] - most));
      sum += p[k];
    }
    for (int k = 0; k < p.length; k++) {
      p[k] /= sum;
    }
    return p;
  }
}
