package io.haori.tensor.group;

import io.haori.core.check.UserError;
import java.time.Duration;

/** What a member says of others that did not come. */
final class Stragglers {
  /** A wait that ends this much before its time has another reason. */
  private static final double NEARLY = 0.9;

  private Stragglers() {}

  /**
   * The failure of a wait.
   *
   * @param rank of the member that waited
   * @param size of the group
   * @param patience how long it was to wait
   * @param began when it began, as {@link System#nanoTime}
   * @param cause what ended it
   * @return a {@link UserError} where time ran out, else a {@link LostMemberException}
   */
  static RuntimeException of(int rank, int size, Duration patience, long began, Throwable cause) {
    if (System.nanoTime() - began < NEARLY * patience.toNanos()) {
      return new LostMemberException(
          "Member " + rank + " of " + size + " has lost another one", cause);
    }
    return new UserError(
        "Member "
            + rank
            + " of "
            + size
            + " waited "
            + patience.toMillis() / 1000.0
            + " s for the others, of whom one is too slow or lost",
        cause);
  }
}
