package io.haori.registry.access;

import io.haori.core.check.UserError;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.PlainText;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The accounts and their roles. */
public final class AccessTable {
  private AccessTable() {}

  /**
   * Gives a role; the account is made when it is new.
   *
   * @param handle of a change
   * @param grant account, role, pattern
   * @param now when
   * @return whether it is new
   */
  public static boolean give(Handle handle, RoleGrant grant, Instant now) {
    // Operating systems name users in many ways.
    PlainText.check("account", grant.account());
    handle.execute(
        "INSERT INTO account (name, created) VALUES (?, ?) ON CONFLICT DO NOTHING",
        grant.account(),
        now.toEpochMilli());
    return handle.execute(
            "INSERT INTO account_role (account, role, pattern) VALUES (?, ?, ?)"
                + " ON CONFLICT DO NOTHING",
            grant.account(),
            grant.role().word(),
            grant.pattern().text())
        > 0;
  }

  /**
   * Takes a role away. The last admin of all modules stays one: nobody could repair it.
   *
   * @param handle of a change
   * @param grant account, role, pattern
   */
  public static void take(Handle handle, RoleGrant grant) {
    int rows =
        handle.execute(
            "DELETE FROM account_role WHERE account = ? AND role = ? AND pattern = ?",
            grant.account(),
            grant.role().word(),
            grant.pattern().text());
    if (rows == 0) {
      throw new UserError(
          grant.account() + " is not " + grant.role().word() + " of " + grant.pattern());
    }
    boolean adminLeft =
        all(handle).stream()
            .anyMatch(one -> one.role() == Role.ADMIN && one.pattern().equals(NamePattern.ALL));
    if (!adminLeft) {
      throw new UserError(grant.account() + " is the last admin of * and stays it");
    }
  }

  /** All roles, ordered by account. */
  public static List<RoleGrant> all(Handle handle) {
    return handle
        .createQuery(
            "SELECT account, role, pattern FROM account_role ORDER BY account, pattern, role")
        .map((row, context) -> grant(row.getString(1), row.getString(2), row.getString(3)))
        .list();
  }

  /** The roles of one account. */
  public static List<RoleGrant> of(Handle handle, String account) {
    return handle
        .createQuery("SELECT account, role, pattern FROM account_role WHERE account = ?")
        .bind(0, account)
        .map((row, context) -> grant(row.getString(1), row.getString(2), row.getString(3)))
        .list();
  }

  private static RoleGrant grant(String account, String role, String pattern) {
    return new RoleGrant(account, Role.parse(role), new NamePattern(pattern));
  }

  /**
   * Whether roles allow something.
   *
   * @param grants of one account
   * @param needed role
   * @param module about which, null for all of the registry
   */
  public static boolean allow(List<RoleGrant> grants, Role needed, @Nullable ModuleName module) {
    return grants.stream()
        .anyMatch(
            grant ->
                grant.role().covers(needed)
                    && (module == null
                        ? grant.pattern().equals(NamePattern.ALL)
                        : grant.pattern().matches(module)));
  }

  /**
   * Refuses what an account may not do.
   *
   * @param handle of a change or a read
   * @param account who wants to
   * @param needed role
   * @param module about which, null for all of the registry
   */
  public static void require(
      Handle handle, String account, Role needed, @Nullable ModuleName module) {
    List<RoleGrant> grants = of(handle, account);
    if (!allow(grants, needed, module)) {
      List<String> has =
          grants.stream()
              .filter(grant -> module == null || grant.pattern().matches(module))
              .map(grant -> grant.role().word() + (module == null ? " of " + grant.pattern() : ""))
              .sorted()
              .toList();
      throw new UserError(
          UserError.Kind.ROLE,
          "role of "
              + account
              + (module == null ? " for the whole registry" : " for " + module)
              + " must be "
              + needed.word()
              + ", got "
              + (has.isEmpty() ? "none" : String.join(", ", has)));
    }
  }
}
