package io.haori.analysis.calibration;

import static io.haori.core.check.Check.require;

import java.util.Arrays;

/**
 * How far a text is from all known classes: one minus the largest cosine to a class's mean, where
 * directions in which the texts of one class differ count less.
 *
 * <pre>{@code
 * y(v)     = C^(−½) (v/‖v‖ − m)         m: mean of the training texts' v/‖v‖
 * score(v) = 1 − maxₖ cos(y(v), y(μₖ))   C: their covariance within classes, shrunk
 * }</pre>
 *
 * <p>It is the Mahalanobis distance to the nearest class mean with one covariance of all classes
 * (Lee et al. 2018, arXiv 1807.03888) as an angle, so that the length of a vector, which says
 * little about its subject, does not count; {@code C} is shrunk as Ledoit and Wolf (2004) say, for
 * there are often fewer texts than dimensions. Only the {@value #DIRECTIONS} directions of the
 * largest variance are kept, all others get their mean variance. Which score is too far, {@link
 * HeldOutScores} of known texts say.
 *
 * @param centre {@code m [width]}
 * @param directions {@code [r][width]} orthonormal directions of the largest variance; perhaps none
 * @param factors {@code [r]} by what more each counts than the others: {@code √(λ₀/λ) − 1}, in [−1,
 *     0]
 * @param means {@code [classes][width]} of length 1: {@code y(μₖ)} of the classes with texts
 */
@SuppressWarnings("ArrayRecordComponent") // Read only, never compared.
public record UnknownScore(float[] centre, float[][] directions, float[] factors, float[][] means) {
  /** How many directions are kept. */
  public static final int DIRECTIONS = 64;

  /** Checks the shapes and that all numbers are finite. */
  public UnknownScore {
    int width = centre.length;
    require(width >= 1, "centre", "at least 1 number", width);
    require(
        directions.length <= DIRECTIONS, "directions", "at most " + DIRECTIONS, directions.length);
    require(factors.length == directions.length, "factors", "one a direction", factors.length);
    require(means.length >= 1, "means", "at least 1", means.length);
    finite("centre", centre, width);
    finite("factors", factors, factors.length);
    for (float factor : factors) {
      require(factor >= -1 && factor <= 0, "factors", "in [-1, 0]", factor);
    }
    for (float[] direction : directions) {
      finite("directions", direction, width);
    }
    for (float[] mean : means) {
      finite("means", mean, width);
    }
  }

  private static void finite(String name, float[] numbers, int width) {
    require(numbers.length == width, name, width + " numbers each", numbers.length);
    for (float number : numbers) {
      require(Float.isFinite(number), name, "finite", number);
    }
  }

  /**
   * Learns from training texts.
   *
   * @param vectors {@code [n][width]}, of any length; at least one
   * @param classes {@code [n]} the class of each
   */
  public static UnknownScore of(float[][] vectors, int[] classes) {
    return WithinClasses.of(vectors, classes).score();
  }

  /** Width of the vectors. */
  public int width() {
    return centre.length;
  }

  /**
   * The score of a vector.
   *
   * @param vector {@code [width]}
   * @return in [0, 2]
   */
  public double score(float[] vector) {
    double[] y = unit(whitened(vector));
    double most = -1;
    for (float[] mean : means) {
      most = Math.max(most, dot(y, mean));
    }
    return Math.max(0, Math.min(2, 1 - most));
  }

  /** The scores of many vectors. */
  public double[] scores(float[][] vectors) {
    return Arrays.stream(vectors).mapToDouble(this::score).toArray();
  }

  private double[] whitened(float[] vector) {
    double[] from = new double[vector.length];
    for (int i = 0; i < from.length; i++) {
      from[i] = vector[i];
    }
    from = unit(from);
    for (int i = 0; i < from.length; i++) {
      from[i] -= centre[i];
    }
    return whitened(from, directions, factors);
  }

  /** {@code d + Σᵢ fᵢ (uᵢ·d) uᵢ}. */
  static double[] whitened(double[] difference, float[][] directions, float[] factors) {
    double[] y = difference.clone();
    for (int r = 0; r < directions.length; r++) {
      double along = factors[r] * dot(difference, directions[r]);
      for (int i = 0; i < y.length; i++) {
        y[i] += along * directions[r][i];
      }
    }
    return y;
  }

  static double[] unit(double[] vector) {
    double squares = 0;
    for (double number : vector) {
      squares += number * number;
    }
    double length = Math.sqrt(squares);
    double[] unit = new double[vector.length];
    for (int i = 0; i < unit.length && length > 0; i++) {
      unit[i] = vector[i] / length;
    }
    return unit;
  }

  private static double dot(double[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
