package io.haori.benchmarks.serving;

/** One server from its start to its end, as those see it who ask. */
final class ServerLife {
  private final int number;
  private final Asker asker;
  private volatile long ended = Long.MAX_VALUE;

  ServerLife(int number, Asker asker) {
    this.number = number;
    this.asker = asker;
  }

  int number() {
    return number;
  }

  Asker asker() {
    return asker;
  }

  /** It is ended from this moment on: requests may be cut. */
  void end() {
    ended = System.nanoTime();
  }

  boolean isOver() {
    return ended != Long.MAX_VALUE;
  }

  /** Whether a moment, in nanoseconds, is in the last part of it. */
  boolean isNearEnd(long moment, long nanoseconds) {
    return isOver() && moment > ended - nanoseconds;
  }
}
