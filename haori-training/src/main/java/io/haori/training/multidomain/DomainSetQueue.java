package io.haori.training.multidomain;

import io.haori.training.comparison.ComparisonListener;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Models that wait to be trained, handed out one by one to workers that work at the same time, and
 * how far all of them have come, reported to one listener. The longest come first, and a worker
 * that has its share of what is left before it gets none, so that the workers end together.
 */
final class DomainSetQueue {
  private final Deque<PlannedDomainSet> waiting = new ArrayDeque<>();
  private final int workers;
  private final ComparisonListener listener;
  private double done;
  private double left;

  /**
   * Begins to count.
   *
   * @param missing what waits
   * @param workers that will ask
   * @param before work that was done before
   * @param listener hears one call at a time
   */
  DomainSetQueue(
      List<PlannedDomainSet> missing, int workers, long before, ComparisonListener listener) {
    missing.stream()
        .sorted(Comparator.comparingLong(PlannedDomainSet::work).reversed())
        .forEach(waiting::add);
    this.workers = workers;
    this.listener = listener;
    this.done = before;
    this.left = missing.stream().mapToLong(PlannedDomainSet::work).sum();
  }

  /**
   * A model for a worker.
   *
   * @param own work that the worker still has before it
   * @return none when no model waits, or when the worker has about its share
   */
  synchronized Optional<PlannedDomainSet> next(double own) {
    PlannedDomainSet first = waiting.peek();
    if (first == null) {
      return Optional.empty();
    }
    // A worker without work takes any model; else the one more must bring it nearer to its share.
    if (own > 0 && own + first.work() / 2.0 > left / workers) {
      return Optional.empty();
    }
    return Optional.of(waiting.remove());
  }

  /**
   * A worker has come further.
   *
   * @param more work since it was last reported
   * @param detail what the worker is doing
   */
  synchronized void add(double more, String detail) {
    done += more;
    left -= more;
    listener.onProgress(Math.round(done), detail);
  }
}
