package io.haori.analysis.metrics;

/** What the metrics ask of the series that they are given, and what they do with them first. */
final class Vectors {
  private Vectors() {}

  static void requireSameRows(int truth, int predicted) {
    if (truth != predicted || truth == 0) {
      throw new IllegalArgumentException(
          "truth and prediction must have the same number of rows, at least one, got "
              + truth
              + " and "
              + predicted);
    }
  }

  static void requireFinite(String name, double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(name + "[" + i + "] must be finite, got " + values[i]);
      }
    }
  }

  static boolean isConstant(double[] values) {
    for (double value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }

  /** Takes the mean away and divides by the largest distance, so that no square overflows. */
  static double[] centred(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double largest = 0;
    var centred = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      centred[i] = values[i] - mean;
      largest = Math.max(largest, Math.abs(centred[i]));
    }
    for (int i = 0; i < values.length && largest > 0; i++) {
      centred[i] /= largest;
    }
    return centred;
  }

  /** Rounding must not carry a correlation out of its range. */
  static double clampToUnit(double correlation) {
    return Math.max(-1, Math.min(1, correlation));
  }
}
