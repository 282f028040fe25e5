package io.haori.analysis.transfer;

import io.haori.analysis.statistics.Interval;
import java.util.List;

/**
 * Where more capacity stops paying: the smallest capacity whose accuracy lies within the 95 %
 * interval of the best one's.
 */
public final class Plateau {
  private Plateau() {}

  /**
   * The point to stop at.
   *
   * @param accuracies one a capacity, from the smallest to the largest; at least one
   * @return its index
   */
  public static int stop(List<Interval> accuracies) {
    Interval best = accuracies.get(0);
    for (Interval one : accuracies) {
      best = one.estimate() > best.estimate() ? one : best;
    }
    for (int i = 0; i < accuracies.size(); i++) {
      if (accuracies.get(i).estimate() >= best.low()) {
        return i;
      }
    }
    throw new IllegalStateException("the best accuracy lies below its own interval");
  }
}
