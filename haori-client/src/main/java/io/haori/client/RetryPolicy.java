package io.haori.client;

import static io.haori.core.check.Check.require;

import java.time.Duration;

/**
 * How often a request is sent again that may succeed later: one that met 429, 502, 503 or 504 with
 * a reason to wait, or that did not reach the server. What the server says in {@code Retry-After}
 * is waited; where it says nothing, the n-th wait is a random part of {@code first · 2ⁿ}.
 *
 * @param attempts at most, the first one included; at least 1
 * @param first bound of the first wait
 * @param longest bound of every wait; when the server asks for more, nothing is sent again
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {
  /** Four attempts, waits from half a second to ten seconds. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(4, Duration.ofMillis(500), Duration.ofSeconds(10));

  /** One attempt. */
  public static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

  /** Checks the bounds. */
  public RetryPolicy {
    require(attempts >= 1 && attempts <= 100, "retry.attempts", "in [1, 100]", attempts);
    require(!first.isNegative(), "retry.first", "at least 0", first);
    require(longest.compareTo(first) >= 0, "retry.longest", "at least retry.first", longest);
  }

  /**
   * Bound of a wait where the server says nothing.
   *
   * @param failed attempts so far; at least 1
   */
  Duration bound(int failed) {
    long most = longest.toMillis();
    long doubled = first.toMillis() << Math.min(failed - 1, 20);
    return Duration.ofMillis(Math.min(most, doubled));
  }
}
