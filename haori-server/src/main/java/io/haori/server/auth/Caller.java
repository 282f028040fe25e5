package io.haori.server.auth;

import io.haori.registry.access.AccessTable;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.name.ModuleName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who asks.
 *
 * @param account in the registry
 * @param grants the roles of that account
 */
public record Caller(String account, List<RoleGrant> grants) {
  /** Copies the list. */
  public Caller {
    grants = List.copyOf(grants);
  }

  /**
   * Whether they may do something.
   *
   * @param role that is needed for it
   * @param module about which, null for all of the registry
   */
  public boolean may(Role role, @Nullable ModuleName module) {
    return AccessTable.allow(grants, role, module);
  }
}
