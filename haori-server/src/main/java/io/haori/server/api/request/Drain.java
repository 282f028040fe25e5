package io.haori.server.api.request;

import io.haori.server.problem.Refused;
import java.time.Duration;

/** Counts the requests under way, and lets them end before the server does. */
public final class Drain {
  private int under;
  private boolean stopping;

  /**
   * A request came.
   *
   * @throws Refused when the server stops
   */
  public synchronized void enter() {
    if (stopping) {
      throw Refused.unavailable("The server stops and takes no more requests", 1);
    }
    under++;
  }

  /** A request was answered. */
  public synchronized void leave() {
    under--;
    notifyAll();
  }

  /**
   * Takes no more requests and waits for those under way.
   *
   * @param patience how long
   * @return whether all were answered
   */
  public synchronized boolean stop(Duration patience) {
    stopping = true;
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (under > 0 && System.nanoTime() < end) {
        wait(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return under == 0;
  }
}
