package io.haori.cli.poc;

import io.haori.cli.terminal.PeakMemory;
import io.haori.cli.terminal.Progress;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Time and memory of a stage: what was expected of the work so far, and what it took. */
final class StageClock {
  private static final double NANOS = 1e9;

  private final double budgetSeconds;
  private final BooleanSupplier userStops;
  private final LongSupplier processorNanos;
  private final Progress progress;
  private final long begun;
  private double expected;

  /**
   * Begins now.
   *
   * @param budgetSeconds processor time that may be spent
   * @param userStops whether the user wants to stop
   * @param processorNanos processor time of this process so far
   * @param progress is moved on, in seconds that were expected
   */
  StageClock(
      double budgetSeconds,
      BooleanSupplier userStops,
      LongSupplier processorNanos,
      Progress progress) {
    this.budgetSeconds = budgetSeconds;
    this.userStops = userStops;
    this.processorNanos = processorNanos;
    this.progress = progress;
    this.begun = processorNanos.getAsLong();
    boolean unused = PeakMemory.restart();
  }

  /** Whether the work is to stop. */
  boolean stops() {
    return userStops() || seconds() >= budgetSeconds;
  }

  /** Whether it is the user who wants that. */
  boolean userStops() {
    return userStops.getAsBoolean();
  }

  /** More work that is expected to take some processor time. */
  void expect(double more) {
    expected += more;
  }

  /** Work is done. */
  void tick() {
    progress.at(Math.round(expected), String.format(Locale.ROOT, "%.0f s so far", seconds()));
  }

  double expected() {
    return expected;
  }

  double seconds() {
    return (processorNanos.getAsLong() - begun) / NANOS;
  }

  long megabytes() {
    return PeakMemory.megabytes();
  }
}
