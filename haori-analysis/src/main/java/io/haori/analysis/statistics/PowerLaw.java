package io.haori.analysis.statistics;

import org.hipparchus.stat.regression.SimpleRegression;

/**
 * A line through errors at growing numbers of rows, in logarithms (Rosenfeld et al. 2020, arXiv
 * 1909.12673).
 *
 * <pre>{@code
 * log error = m + s (log rows − l)     by least squares, s taken as at most 0
 * }</pre>
 *
 * @param middleRows {@code l}, mean of the logarithms of the numbers of rows
 * @param middleError {@code m}, mean of the logarithms of the errors
 * @param slope {@code s}; 0 where more rows seemed to harm
 */
public record PowerLaw(double middleRows, double middleError, double slope) {
  /**
   * Fits it.
   *
   * @param rows {@code [points]} numbers of rows, at least 1 each
   * @param errors {@code [points]} shares of wrong answers, above 0
   */
  public static PowerLaw fit(double[] rows, double[] errors) {
    SimpleRegression line = new SimpleRegression();
    double sumRows = 0;
    double sumErrors = 0;
    for (int i = 0; i < rows.length; i++) {
      double x = Math.log(rows[i]);
      double y = Math.log(errors[i]);
      line.addData(x, y);
      sumRows += x;
      sumErrors += y;
    }
    double slope = line.getSlope();
    return new PowerLaw(
        sumRows / rows.length,
        sumErrors / rows.length,
        Double.isNaN(slope) ? 0 : Math.min(0, slope));
  }

  /** The error at a number of rows. */
  public double at(double rows) {
    return Math.exp(middleError + slope * (Math.log(rows) - middleRows));
  }
}
