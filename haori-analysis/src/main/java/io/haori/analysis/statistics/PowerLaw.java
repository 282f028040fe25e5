package io.haori.analysis.statistics;

import org.hipparchus.stat.regression.SimpleRegression;

/**
 * Errors at growing numbers of rows fall by a power of their number to a floor that no number of
 * rows goes below (Rosenfeld et al. 2020, arXiv 1909.12673): a line in logarithms.
 *
 * <pre>{@code
 * log(error − c) = m + s (log rows − l)     by least squares, s taken as at most 0
 * }</pre>
 *
 * @param floor {@code c}, as it was chosen
 * @param middleRows {@code l}, mean of the logarithms of the numbers of rows
 * @param middleError {@code m}, mean of the logarithms of the errors
 * @param slope {@code s}; 0 where more rows seemed to harm
 */
public record PowerLaw(double floor, double middleRows, double middleError, double slope) {
  /**
   * Fits it without a floor.
   *
   * @param rows {@code [points]} numbers of rows, at least 1 each
   * @param errors {@code [points]} shares of wrong answers, above 0
   */
  public static PowerLaw fit(double[] rows, double[] errors) {
    return fit(rows, errors, 0);
  }

  /**
   * Fits it.
   *
   * @param rows {@code [points]} numbers of rows, at least 1 each
   * @param errors {@code [points]} shares of wrong answers, above the floor
   * @param floor error that no number of rows goes below, at least 0
   */
  public static PowerLaw fit(double[] rows, double[] errors, double floor) {
    SimpleRegression line = new SimpleRegression();
    double sumRows = 0;
    double sumErrors = 0;
    for (int i = 0; i < rows.length; i++) {
      double x = Math.log(rows[i]);
      double y = Math.log(errors[i] - floor);
      line.addData(x, y);
      sumRows += x;
      sumErrors += y;
    }
    double slope = line.getSlope();
    return new PowerLaw(
        floor,
        sumRows / rows.length,
        sumErrors / rows.length,
        Double.isNaN(slope) ? 0 : Math.min(0, slope));
  }

  /** The error at a number of rows. */
  public double at(double rows) {
    return floor + Math.exp(middleError + slope * (Math.log(rows) - middleRows));
  }
}
