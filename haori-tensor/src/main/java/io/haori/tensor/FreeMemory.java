package io.haori.tensor;

/**
 * Hands free memory back to the system now and then. Tensors of many lengths leave gaps between
 * each other in which the next ones do not fit, so that what is resident would grow for as long as
 * a run lasts, though what is used stays the same. Threads may share one.
 */
public final class FreeMemory {
  /** Touching handed back memory anew takes up to 0.2 s, so this costs 2 % at most. */
  private static final long PAUSE_NANOS = 10_000_000_000L;

  private long last;

  /**
   * Begins to count.
   *
   * @param now a time as {@link System#nanoTime} gives it
   */
  public FreeMemory(long now) {
    this.last = now;
  }

  /**
   * Releases free memory when the last time is some while ago; to be called after each step.
   *
   * @param now a time of the same clock
   * @return whether it did
   */
  public synchronized boolean releaseNowAndThen(long now) {
    if (now - last < PAUSE_NANOS) {
      return false;
    }
    last = now;
    Engine.releaseFreeMemory();
    return true;
  }
}
