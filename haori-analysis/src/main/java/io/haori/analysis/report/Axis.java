package io.haori.analysis.report;

import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * An axis of numbers.
 *
 * @param name what it counts
 * @param figures its unit
 * @param logarithmic whether equal steps are equal factors; values must be above 0 then
 */
public record Axis(String name, Figures figures, boolean logarithmic) {
  /** An axis with equal steps. */
  public static Axis linear(String name, Figures figures) {
    return new Axis(name, figures, false);
  }

  /** An axis with equal factors. */
  public static Axis logarithmic(String name, Figures figures) {
    return new Axis(name, figures, true);
  }

  /**
   * Its option.
   *
   * @param gap pixels between the axis and its name
   * @param values that it must span
   */
  Map<String, Object> option(int gap, DoubleStream values) {
    Map<String, Object> option =
        logarithmic ? Options.logarithmic(name, figures, values) : Options.axis(name, figures);
    option.put("nameGap", gap);
    return option;
  }
}
