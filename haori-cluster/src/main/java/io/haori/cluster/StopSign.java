package io.haori.cluster;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How the members of a run hear that they are to save what they have and stop: by a file in the
 * store. To cancel a job of Spark would interrupt them while they save.
 */
final class StopSign {
  private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SharedStore store;
  private final String name;
  private final LongSupplier nanoTime;
  private boolean set;
  private boolean looked;
  private long lookedAt;

  /**
   * A sign.
   *
   * @param name of its file, which no other job has
   * @param nanoTime a clock as {@link System#nanoTime}: the store is asked once a second
   */
  StopSign(SharedStore store, String name, LongSupplier nanoTime) {
    this.store = store;
    this.name = name;
    this.nanoTime = nanoTime;
  }

  boolean isSet() {
    long now = nanoTime.getAsLong();
    if (!set && (!looked || now - lookedAt >= BETWEEN_NANOS)) {
      looked = true;
      lookedAt = now;
      set = store.has(name);
    }
    return set;
  }

  void set() {
    store.put(name, new byte[] {'1'});
  }

  void delete() {
    store.delete(name);
  }
}
