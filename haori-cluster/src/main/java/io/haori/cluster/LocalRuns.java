package io.haori.cluster;

import java.util.concurrent.TimeUnit;

/**
 * The runs of this process, which must not end while one of them is inside a native library. Where
 * the executor is a process of its own, Spark ends it.
 */
final class LocalRuns {
  /** Of this process. */
  static final LocalRuns OF_PROCESS = new LocalRuns();

  private int running;
  private boolean stopping;

  synchronized boolean begin() {
    if (!stopping) {
      running++;
    }
    return !stopping;
  }

  synchronized void end() {
    running--;
    notifyAll();
  }

  synchronized boolean isStopping() {
    return stopping;
  }

  /** Lets no run begin and waits until those that run have ended. */
  synchronized void stop(long seconds) {
    stopping = true;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    boolean interrupted = false;
    while (running > 0 && System.nanoTime() < until) {
      try {
        wait(200);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets runs begin again. */
  synchronized void allow() {
    stopping = false;
  }
}
