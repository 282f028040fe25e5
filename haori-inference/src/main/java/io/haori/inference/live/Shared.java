package io.haori.inference.live;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Something with several holders, on any threads, that is freed once when the last lets go.
 *
 * @param <T> what is held
 */
final class Shared<T> {
  private final T value;
  private final Runnable free;
  private final AtomicInteger holds = new AtomicInteger(1);

  /**
   * A thing held once, by whoever calls this.
   *
   * @param value what is held
   * @param free runs on the thread of the last release
   */
  Shared(T value, Runnable free) {
    this.value = value;
    this.free = free;
  }

  /** The thing; call it only while holding. */
  T value() {
    return value;
  }

  /** Holds it once more, unless it was freed already. */
  boolean tryHold() {
    int seen = holds.get();
    while (seen > 0) {
      if (holds.compareAndSet(seen, seen + 1)) {
        return true;
      }
      seen = holds.get();
    }
    return false;
  }

  /** Holds it once more; the caller knows that somebody else holds it. */
  Shared<T> hold() {
    if (!tryHold()) {
      throw new IllegalStateException("held after it was freed");
    }
    return this;
  }

  /** Lets go of one hold. */
  void release() {
    int left = holds.decrementAndGet();
    if (left == 0) {
      free.run();
    } else if (left < 0) {
      throw new IllegalStateException("let go of more often than held");
    }
  }
}
