package io.haori.benchmarks.serving;

import java.util.ArrayList;
import java.util.List;

/** Which version was live when, by the clock of this process. Thread-safe. */
final class LiveHistory {
  private static final long SECOND = 1_000_000_000L;

  /** A server that was just started, or that has no processor, may be later than promised. */
  private static final long LATE = 5 * SECOND;

  private final List<Change> changes = new ArrayList<>();

  /** How an answer's version fits what was live. */
  enum Fit {
    /** It was live during the request, or at most a second before. */
    RIGHT,
    /** It was live, but more than a second before. */
    LATE,
    /** It was not live. */
    WRONG
  }

  /** A version that became live between two moments, in nanoseconds. */
  private record Change(int version, long begun, long done) {}

  /**
   * A version became live.
   *
   * @param version number of it
   * @param begun when the registry was asked, in nanoseconds
   * @param done when it had answered
   */
  synchronized void add(int version, long begun, long done) {
    changes.add(new Change(version, begun, done));
  }

  /** The number of the version that is live. */
  synchronized int now() {
    return changes.get(changes.size() - 1).version();
  }

  synchronized int count() {
    return changes.size();
  }

  /**
   * Looks at an answer.
   *
   * @param version that answered
   * @param asked when the request was sent, in nanoseconds
   * @param answered when its answer was there
   */
  synchronized Fit fit(int version, long asked, long answered) {
    if (wasLive(version, asked - SECOND, answered)) {
      return Fit.RIGHT;
    }
    return wasLive(version, asked - LATE, answered) ? Fit.LATE : Fit.WRONG;
  }

  private boolean wasLive(int version, long from, long to) {
    for (int i = 0; i < changes.size(); i++) {
      long end = i + 1 < changes.size() ? changes.get(i + 1).done() : Long.MAX_VALUE;
      if (changes.get(i).version() == version && changes.get(i).begun() <= to && end >= from) {
        return true;
      }
    }
    return false;
  }
}
