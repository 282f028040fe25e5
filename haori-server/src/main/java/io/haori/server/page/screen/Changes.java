package io.haori.server.page.screen;

import io.haori.core.check.UserError;
import io.haori.registry.access.Role;
import io.haori.registry.name.ModuleName;
import io.haori.server.problem.Refused;
import java.util.Objects;
import java.util.Optional;

/** A change of the registry that a form asks for. */
final class Changes {
  private Changes() {}

  /**
   * Tries it, by the registry, which knows the roles and logs what it refuses.
   *
   * @param visit who wants it
   * @param role that is needed
   * @param name of the module
   * @param attempt the change
   * @return what the registry says against it; nothing when it is done
   * @throws Refused when the role is missing
   */
  static Optional<UserError> run(Visit visit, Role role, ModuleName name, Runnable attempt) {
    try {
      attempt.run();
      return Optional.empty();
    } catch (UserError e) {
      if (!visit.caller().may(role, name)) {
        throw Refused.forbidden(Objects.requireNonNullElse(e.getMessage(), ""));
      }
      return Optional.of(e);
    }
  }
}
