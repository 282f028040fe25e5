package io.haori.tensor.group;

import io.haori.core.check.UserError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How it is worded that a member of a group waited in vain. */
final class Stragglers {
  private Stragglers() {}

  static UserError waited(int rank, int size, Duration patience, @Nullable Throwable cause) {
    String sentence =
        "Member "
            + rank
            + " of "
            + size
            + " waited "
            + patience.toMillis() / 1000.0
            + " s for the others, of whom one is too slow or lost";
    return cause == null ? new UserError(sentence) : new UserError(sentence, cause);
  }
}
