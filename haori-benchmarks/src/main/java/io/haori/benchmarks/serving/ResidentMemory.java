package io.haori.benchmarks.serving;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What is resident of a server's memory, second by second of its life. */
final class ResidentMemory {
  private static final int SOME = 5;

  private final int warmUp;
  private final List<Double> megabytes = new ArrayList<>();

  /**
   * Of a life that begins.
   *
   * @param warmUp seconds that are left out
   */
  ResidentMemory(int warmUp) {
    this.warmUp = warmUp;
  }

  void add(double now) {
    if (now > 0) {
      megabytes.add(now);
    }
  }

  /** MB after the warm-up, the median of five seconds. */
  double first() {
    int from = Math.min(warmUp, Math.max(0, megabytes.size() - SOME));
    return median(megabytes.subList(from, Math.min(megabytes.size(), from + SOME)));
  }

  /** MB at the end, the median of five seconds. */
  double last() {
    return median(megabytes.subList(Math.max(0, megabytes.size() - SOME), megabytes.size()));
  }

  /** Most MB of one second. */
  double most() {
    return megabytes.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
  }

  /** How much it grew after the warm-up, as a share. */
  double growth() {
    return last() / first() - 1;
  }

  private static double median(List<Double> some) {
    if (some.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = new ArrayList<>(some);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.0f MB after %d s, %.0f MB after %d s (%+.1f %%), at most %.0f MB",
        first(),
        warmUp,
        last(),
        megabytes.size(),
        100 * growth(),
        most());
  }
}
