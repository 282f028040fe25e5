package io.haori.server.page.screen;

import io.haori.core.check.UserError;
import java.util.Optional;

/** A change of the registry that a form asks for. */
public final class Changes {
  private Changes() {}

  /**
   * Tries it, by the registry, which knows the roles and logs what it refuses.
   *
   * @param attempt the change
   * @return what the registry says against it; nothing when it is done
   * @throws UserError when a role is missing
   */
  public static Optional<UserError> run(Runnable attempt) {
    try {
      attempt.run();
      return Optional.empty();
    } catch (UserError e) {
      if (e.kind() == UserError.Kind.ROLE) {
        throw e;
      }
      return Optional.of(e);
    }
  }
}
