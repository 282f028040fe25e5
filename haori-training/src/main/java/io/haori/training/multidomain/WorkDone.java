package io.haori.training.multidomain;

import io.haori.training.comparison.ComparisonListener;

/** How far waves of models that may run at once have come, told to one listener. */
final class WorkDone {
  private final ComparisonListener listener;
  private long ended;
  private double running;

  /**
   * Begins to count.
   *
   * @param listener hears one call at a time
   * @param before work that was done before
   */
  WorkDone(ComparisonListener listener, long before) {
    this.listener = listener;
    this.ended = before;
  }

  /**
   * A wave has come further.
   *
   * @param more work since it was last told
   * @param detail what it is doing
   */
  synchronized void add(double more, String detail) {
    running += more;
    listener.onProgress(ended + Math.round(running), detail);
  }

  /**
   * A wave has ended.
   *
   * @param told work of it that was told
   * @param work all that it was
   */
  synchronized void end(double told, long work) {
    running -= told;
    ended += work;
  }
}
