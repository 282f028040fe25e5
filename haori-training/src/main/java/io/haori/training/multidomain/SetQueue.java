package io.haori.training.multidomain;

import io.haori.training.comparison.ComparisonListener;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Models that wait to be trained, handed out one by one to lanes that work at the same time, and
 * how far all of them have come, told to one listener. The longest come first, and a lane that has
 * its share of what is left before it gets none, so that the lanes end together.
 */
final class SetQueue {
  private final Deque<PlannedSet> waiting = new ArrayDeque<>();
  private final int lanes;
  private final ComparisonListener listener;
  private double done;
  private double left;

  /**
   * Begins to count.
   *
   * @param missing what waits
   * @param lanes that will ask
   * @param before work that was done before
   * @param listener hears one call at a time
   */
  SetQueue(List<PlannedSet> missing, int lanes, long before, ComparisonListener listener) {
    missing.stream()
        .sorted(Comparator.comparingLong(PlannedSet::work).reversed())
        .forEach(waiting::add);
    this.lanes = lanes;
    this.listener = listener;
    this.done = before;
    this.left = missing.stream().mapToLong(PlannedSet::work).sum();
  }

  /**
   * A model for a lane.
   *
   * @param own work that the lane still has before it
   * @return none when no model waits, or when the lane has about its share
   */
  synchronized Optional<PlannedSet> next(double own) {
    PlannedSet first = waiting.peek();
    if (first == null) {
      return Optional.empty();
    }
    // A lane without work takes any model; else the one more must bring it nearer to its share.
    if (own > 0 && own + first.work() / 2.0 > left / lanes) {
      return Optional.empty();
    }
    return Optional.of(waiting.remove());
  }

  /**
   * A lane has come further.
   *
   * @param more work since it was last told
   * @param detail what the lane is doing
   */
  synchronized void add(double more, String detail) {
    done += more;
    left -= more;
    listener.onProgress(Math.round(done), detail);
  }
}
