package io.haori.analysis.statistics;

/** Pearson correlation of rows that count several times each. */
final class DrawnCorrelation {
  private DrawnCorrelation() {}

  /**
   * The correlation.
   *
   * @param x {@code [n]} finite
   * @param y {@code [n]} finite
   * @param drawnRows {@code [n]} how often each row counts
   * @return in [−1, 1]; 0 when one series is constant on the drawn rows
   */
  static double of(double[] x, double[] y, int[] drawnRows) {
    if (isConstant(x, drawnRows) || isConstant(y, drawnRows)) {
      return 0;
    }
    double count = 0;
    double sumX = 0;
    double sumY = 0;
    for (int i = 0; i < x.length; i++) {
      count += drawnRows[i];
      sumX += drawnRows[i] * x[i];
      sumY += drawnRows[i] * y[i];
    }
    double products = 0;
    double squaresX = 0;
    double squaresY = 0;
    for (int i = 0; i < x.length; i++) {
      double dx = x[i] - sumX / count;
      double dy = y[i] - sumY / count;
      products += drawnRows[i] * dx * dy;
      squaresX += drawnRows[i] * dx * dx;
      squaresY += drawnRows[i] * dy * dy;
    }
    double scale = Math.sqrt(squaresX) * Math.sqrt(squaresY);
    return scale == 0 ? 0 : Math.max(-1, Math.min(1, products / scale));
  }

  /** Asked of the values themselves: a mean of equal numbers may differ from them by rounding. */
  private static boolean isConstant(double[] values, int[] drawnRows) {
    double seen = Double.NaN;
    for (int i = 0; i < values.length; i++) {
      if (drawnRows[i] > 0) {
        if (values[i] != seen && !Double.isNaN(seen)) {
          return false;
        }
        seen = values[i];
      }
    }
    return true;
  }
}
