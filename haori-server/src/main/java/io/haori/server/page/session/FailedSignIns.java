package io.haori.server.page.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Slows down who guesses: after a few failures, an address has to wait. For many threads. */
public final class FailedSignIns {
  /** Failures of one address within a {@link #WINDOW} after which it has to wait. */
  public static final int MOST = 10;

  /** How long failures count. */
  public static final Duration WINDOW = Duration.ofMinutes(1);

  private static final int MOST_ADDRESSES = 10_000;

  private final InstantSource clock;
  private final Map<String, Failures> byAddress = new LinkedHashMap<>();

  private record Failures(Instant first, int count) {}

  /** Nobody has failed yet. */
  public FailedSignIns(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether an address has to wait. */
  public synchronized boolean mustWait(String address) {
    Failures failures = byAddress.get(address);
    return failures != null && isFresh(failures) && failures.count() >= MOST;
  }

  /** Notes a failure. */
  public synchronized void add(String address) {
    Failures before = byAddress.remove(address);
    byAddress.put(
        address,
        before != null && isFresh(before)
            ? new Failures(before.first(), before.count() + 1)
            : new Failures(clock.instant(), 1));
    if (byAddress.size() > MOST_ADDRESSES) {
      Iterator<String> oldest = byAddress.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private boolean isFresh(Failures failures) {
    return clock.instant().isBefore(failures.first().plus(WINDOW));
  }
}
