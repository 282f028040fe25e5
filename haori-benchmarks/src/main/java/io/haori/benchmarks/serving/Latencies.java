package io.haori.benchmarks.serving;

import java.util.Arrays;
import java.util.Locale;

/**
 * Times of requests in milliseconds, from when each was due.
 *
 * @param sorted ascending
 */
@SuppressWarnings("ArrayRecordComponent") // Thousands of them, none compared.
record Latencies(double[] sorted) {
  /** Of some times in any order. */
  static Latencies of(double[] milliseconds) {
    double[] sorted = milliseconds.clone();
    Arrays.sort(sorted);
    return new Latencies(sorted);
  }

  /** These and others together. */
  Latencies and(Latencies other) {
    double[] all = Arrays.copyOf(sorted, sorted.length + other.sorted.length);
    System.arraycopy(other.sorted, 0, all, sorted.length, other.sorted.length);
    return of(all);
  }

  /** The time that a share of the requests did not exceed. */
  double at(double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.min(sorted.length - 1, (int) Math.ceil(share * sorted.length) - 1)];
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "p50 %.1f  p95 %.1f  p99 %.1f ms of %d requests",
        at(0.5),
        at(0.95),
        at(0.99),
        sorted.length);
  }
}
