package io.haori.analysis.calibration;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * How texts of one class differ from its mean, over all classes.
 *
 * @param centre {@code [width]} mean of all directions
 * @param means {@code [classes][width]} of the classes with texts
 * @param residuals {@code [n][width]} direction minus its class's mean
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
record WithinClasses(double[] centre, double[][] means, double[][] residuals) {
  /** A variance that counts as none beside the largest. */
  private static final double NOTHING = 1e-12;

  static WithinClasses of(float[][] vectors, int[] classes) {
    if (vectors.length != classes.length || vectors.length == 0) {
      throw new IllegalArgumentException(vectors.length + " vectors, " + classes.length);
    }
    int width = vectors[0].length;
    int count = Arrays.stream(classes).max().orElse(0) + 1;
    double[][] rows = new double[vectors.length][width];
    double[] centre = new double[width];
    double[][] sums = new double[count][width];
    int[] counts = new int[count];
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < width; i++) {
        rows[row][i] = vectors[row][i];
      }
      rows[row] = UnknownScore.unit(rows[row]);
      add(centre, rows[row], 1.0 / rows.length);
      add(sums[classes[row]], rows[row], 1);
      counts[classes[row]]++;
    }
    for (int k = 0; k < count; k++) {
      for (int i = 0; i < width && counts[k] > 0; i++) {
        sums[k][i] /= counts[k];
      }
    }
    for (int row = 0; row < rows.length; row++) {
      add(rows[row], sums[classes[row]], -1);
    }
    double[][] means =
        IntStream.range(0, count)
            .filter(k -> counts[k] > 0)
            .mapToObj(k -> sums[k])
            .toArray(double[][]::new);
    return new WithinClasses(centre, means, rows);
  }

  private static void add(double[] to, double[] what, double factor) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * what[i];
    }
  }

  /** The score of these classes. */
  UnknownScore score() {
    int width = centre.length;
    int n = residuals.length;
    RealMatrix x = MatrixUtils.createRealMatrix(residuals);
    // The smaller of XᵀX and XXᵀ has the same eigenvalues, but for zeros.
    boolean wide = n < width;
    RealMatrix product = wide ? x.multiplyTransposed(x) : x.transposeMultiply(x);
    double trace = product.getTrace();
    float[][] directions = new float[0][];
    float[] factors = new float[0];
    if (trace > 0) {
      EigenDecompositionSymmetric eigen =
          new EigenDecompositionSymmetric(product.scalarMultiply(1.0 / n));
      double[] values = eigen.getEigenvalues();
      double mean = trace / n / width;
      double shrinkage = shrinkage(product, n, width, mean);
      int kept = 0;
      while (kept < Math.min(Math.min(UnknownScore.DIRECTIONS, values.length), width - 1)
          && values[kept] > NOTHING * values[0]) {
        kept++;
      }
      double rest = trace / n;
      for (int r = 0; r < kept; r++) {
        rest -= values[r];
      }
      double others = shrunk(Math.max(0, rest) / (width - kept), shrinkage, mean);
      directions = new float[kept][];
      factors = new float[kept];
      for (int r = 0; r < kept; r++) {
        double variance = shrunk(values[r], shrinkage, mean);
        double[] direction = eigen.getEigenvector(r).toArray();
        directions[r] = floats(UnknownScore.unit(wide ? x.preMultiply(direction) : direction));
        factors[r] = (float) Math.max(-1, Math.min(0, Math.sqrt(others / variance) - 1));
      }
    }
    float[][] whitened = new float[means.length][];
    for (int k = 0; k < whitened.length; k++) {
      double[] difference = means[k].clone();
      add(difference, centre, -1);
      whitened[k] =
          floats(UnknownScore.unit(UnknownScore.whitened(difference, directions, factors)));
    }
    return new UnknownScore(floats(centre), directions, factors, whitened);
  }

  private static double shrunk(double variance, double shrinkage, double mean) {
    return (1 - shrinkage) * variance + shrinkage * mean;
  }

  /**
   * How much of the covariance is replaced by a multiple of the identity (Ledoit, Wolf 2004, A
   * well-conditioned estimator for large-dimensional covariance matrices; lemma 3.2 to 3.4).
   */
  private double shrinkage(RealMatrix product, int n, int width, double mean) {
    double fourth = 0;
    for (double[] row : residuals) {
      double squares = 0;
      for (double number : row) {
        squares += number * number;
      }
      fourth += squares * squares;
    }
    double norm = product.getFrobeniusNorm() / n;
    double distance = norm * norm - width * mean * mean;
    double noise = (fourth / n - norm * norm) / n;
    return distance <= 0 ? 1 : Math.max(0, Math.min(1, noise / distance));
  }

  private static float[] floats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }
}
