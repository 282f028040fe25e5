package io.haori.benchmarks.serving;

import java.io.PrintStream;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Counts what happened, and keeps the first cases of what must not. Thread-safe. */
final class Tally {
  private static final int MOST_SHOWN = 20;

  private final PrintStream out;
  private final Map<String, Long> counts = new TreeMap<>();
  private int shown;

  /**
   * Nothing yet.
   *
   * @param out gets the first faults at once
   */
  Tally(PrintStream out) {
    this.out = out;
  }

  synchronized void count(String what) {
    counts.merge(what, 1L, Long::sum);
  }

  /** What must not happen. */
  synchronized void fault(String what, String details) {
    count("FAULT " + what);
    if (shown < MOST_SHOWN) {
      shown++;
      out.println(Instant.now() + " FAULT " + what + ": " + details);
      out.flush();
    }
  }

  synchronized Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  synchronized long faultCount() {
    return counts.entrySet().stream()
        .filter(one -> one.getKey().startsWith("FAULT"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
