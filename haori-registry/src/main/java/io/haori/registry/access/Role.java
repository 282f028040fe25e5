package io.haori.registry.access;

import io.haori.core.check.UserError;
import java.util.Locale;

/** What somebody may do with the modules of a name pattern. */
public enum Role {
  /** Looks at modules and loads them. */
  VIEWER,
  /** Adds versions and evaluations; may look, too. */
  AUTHOR,
  /** Approves, makes live, rolls back and retires; may look, too. */
  APPROVER,
  /** All of it, and the rules, the accounts and the maintenance. */
  ADMIN;

  /** Whether who has this role may do what another one is needed for. */
  public boolean covers(Role needed) {
    return this == ADMIN || this == needed || needed == VIEWER;
  }

  /** The role in lower case, as commands and rows name it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a role.
   *
   * @param word as the user gave it
   * @throws UserError when there is no such role
   */
  public static Role parse(String word) {
    for (Role role : values()) {
      if (role.word().equals(word)) {
        return role;
      }
    }
    throw new UserError("role must be one of viewer, author, approver, admin, got " + word);
  }
}
