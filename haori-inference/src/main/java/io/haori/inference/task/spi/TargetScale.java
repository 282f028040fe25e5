package io.haori.inference.task.spi;

import static io.haori.core.check.Check.require;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The unit in which a head learns numbers: {@code standard = (value − mean) / deviation}, with mean
 * and deviation of the head's training rows. A head that had to climb to large numbers by itself
 * would need thousands of steps.
 *
 * <p>Where all training rows have one number the deviation is 0, and the head answers that number.
 *
 * @param mean in the unit of the labels; finite
 * @param deviation in the unit of the labels; finite, at least 0
 */
public record TargetScale(double mean, double deviation) {
  /** Leaves numbers as they are, as all heads of classes do. */
  public static final TargetScale NONE = new TargetScale(0, 1);

  /** Beyond this a head's numbers in F32 would no longer be finite. */
  private static final double MOST = 1e30;

  /** Checks the bounds. */
  public TargetScale {
    require(Double.isFinite(mean), "mean of a head's numbers", "finite", mean);
    require(
        deviation >= 0 && deviation <= Double.MAX_VALUE,
        "deviation of a head's numbers",
        "finite and at least 0",
        deviation);
  }

  /** One for each head, none of which changes anything. */
  public static List<TargetScale> none(DomainLabels labels) {
    return Collections.nCopies(labels.size(), NONE);
  }

  /**
   * The scales of training rows.
   *
   * @param targets of the rows
   * @param labels the heads
   * @return one a head; those of classes change nothing
   */
  public static List<TargetScale> of(Targets targets, DomainLabels labels) {
    List<TargetScale> scales = new ArrayList<>();
    for (int head = 0; head < labels.size(); head++) {
      int wanted = head;
      List<double[]> ofHead =
          IntStream.range(0, targets.size())
              .filter(row -> targets.heads()[row] == wanted)
              .mapToObj(targets::of)
              .toList();
      scales.add(labels.task().scale(ofHead));
    }
    return scales;
  }

  /** Of some numbers; of none, it changes nothing. */
  public static TargetScale of(double... values) {
    if (values.length == 0) {
      return NONE;
    }
    double greatest = 0;
    for (double value : values) {
      require(Math.abs(value) <= MOST, "number to learn", "in [-1e30, 1e30]", value);
      greatest = Math.max(greatest, Math.abs(value));
    }
    if (IntStream.range(1, values.length).allMatch(i -> values[i] == values[0])) {
      return new TargetScale(values[0], 0);
    }
    // Shares of the greatest, so that no square is too large or too small for a double.
    double sum = 0;
    for (double value : values) {
      sum += value / greatest;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      double apart = value / greatest - mean;
      squares += apart * apart;
    }
    return new TargetScale(mean * greatest, Math.sqrt(squares / values.length) * greatest);
  }

  /** A number as the head learns it; 0 where all are one. */
  public double standard(double value) {
    return deviation == 0 ? 0 : (value - mean) / deviation;
  }

  /** A head's number in the unit of the labels. */
  public double inUnit(double standard) {
    return mean + deviation * standard;
  }
}
