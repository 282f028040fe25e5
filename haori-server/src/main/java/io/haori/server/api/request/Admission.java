package io.haori.server.api.request;

import io.haori.server.problem.Refused;
import io.haori.server.settings.Limits;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Bounds what waits, in characters of text: more is refused at once, which costs nothing, in place
 * of being kept, which costs memory and time. A request that waits alone is always taken.
 */
public final class Admission {
  private final long most;
  private final long deadline;
  private final AtomicLong waiting = new AtomicLong();

  /**
   * Admits requests.
   *
   * @param limits say how much may wait and how long
   * @param meters show how much does
   */
  public Admission(Limits limits, MeterRegistry meters) {
    most = limits.waitingCharacters();
    deadline = limits.deadline().toMillis();
    Gauge.builder("haori.waiting.characters", waiting, AtomicLong::get)
        .description("Characters of the texts of all requests that are not answered yet")
        .strongReference(true)
        .register(meters);
  }

  /** Whether less than half of what may wait does, so that work nobody waits for may begin. */
  public boolean hasRoom() {
    return waiting.get() < most / 2;
  }

  /**
   * Begins some work unless too much waits.
   *
   * @param characters of its texts
   * @param work what is done; its answer is dropped when it comes after the deadline
   * @param <T> what it gives
   * @return fails with a {@link java.util.concurrent.TimeoutException} at the deadline
   * @throws Refused when too much waits
   */
  public <T> CompletableFuture<T> admitted(long characters, Supplier<CompletableFuture<T>> work) {
    return admittedForLong(characters, () -> work.get().orTimeout(deadline, TimeUnit.MILLISECONDS));
  }

  /**
   * The same for work that ends by itself, later than the deadline.
   *
   * @param characters of its texts
   * @param work what is done
   * @param <T> what it gives
   * @throws Refused when too much waits
   */
  public <T> CompletableFuture<T> admittedForLong(
      long characters, Supplier<CompletableFuture<T>> work) {
    long before = waiting.getAndAdd(characters);
    if (before > 0 && before + characters > most) {
      waiting.addAndGet(-characters);
      throw Refused.busy(
          "Too many texts wait: "
              + before
              + " characters of at most "
              + most
              + "; try again in a second",
          1);
    }
    try {
      return work.get().whenComplete((answer, failure) -> waiting.addAndGet(-characters));
    } catch (RuntimeException e) {
      waiting.addAndGet(-characters);
      throw e;
    }
  }
}
