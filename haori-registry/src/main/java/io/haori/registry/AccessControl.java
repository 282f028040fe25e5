package io.haori.registry;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.registry.access.AccessHistory;
import io.haori.registry.access.AccessTable;
import io.haori.registry.access.GrantedRole;
import io.haori.registry.access.IssuedToken;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.access.TokenSecret;
import io.haori.registry.access.TokenTable;
import io.haori.registry.access.TokenTable.AccessToken;
import io.haori.registry.ledger.Intent;
import io.haori.registry.ledger.Ledger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Roles and tokens, in the hands of admins. */
public final class AccessControl {
  private static final int MOST_DAYS = 3_650;

  private final Ledger ledger;
  private final SecureRandom random;

  AccessControl(Ledger ledger, SecureRandom random) {
    this.ledger = ledger;
    this.random = random;
  }

  /**
   * Gives a role.
   *
   * @param grant account, role, pattern
   */
  public void give(RoleGrant grant) {
    ledger.change(
        intent("grant", grant),
        change -> {
          if (!AccessTable.give(change.handle(), grant, change.now())) {
            change.nothingChanged();
          }
          return grant;
        });
  }

  /**
   * Takes a role away.
   *
   * @param grant account, role, pattern
   * @throws UserError when the account has it not, or is the last admin
   */
  public void take(RoleGrant grant) {
    ledger.change(
        intent("revoke", grant),
        change -> {
          AccessTable.take(change.handle(), grant);
          return grant;
        });
  }

  private static Intent intent(String action, RoleGrant grant) {
    return Intent.ofRegistry(action, Role.ADMIN)
        .with("account", grant.account())
        .with("role", grant.role().word())
        .with("pattern", grant.pattern().text());
  }

  /** The roles of the person who sees the registry so. */
  public List<RoleGrant> own() {
    return ledger.lookAtOwn((handle, grants) -> grants);
  }

  /** All roles, by account. */
  public List<RoleGrant> roles() {
    return ledger.look(Intent.ofRegistry("roles", Role.ADMIN), AccessTable::all);
  }

  /** All roles, by account, with who gave them and when. */
  public List<GrantedRole> grantedRoles() {
    return ledger.look(Intent.ofRegistry("roles", Role.ADMIN), AccessHistory::roles);
  }

  /**
   * Makes a token.
   *
   * @param account that has a role
   * @param days after which it expires, null for never
   * @return the token, which can be shown now and never again
   */
  public TokenSecret createToken(String account, @Nullable Integer days) {
    requireTokens();
    if (days != null) {
      Check.require(days >= 1 && days <= MOST_DAYS, "days", "in [1, " + MOST_DAYS + "]", days);
    }
    Intent intent = Intent.ofRegistry("token", Role.ADMIN).with("account", account);
    return ledger.change(
        intent,
        change -> {
          TokenSecret token =
              TokenTable.create(
                  change.handle(),
                  random,
                  account,
                  change.now(),
                  days == null ? null : Duration.ofDays(days));
          change.note("token", token.id());
          if (days != null) {
            change.note("expires", change.now().plus(Duration.ofDays(days)).toString());
          }
          return token;
        });
  }

  /**
   * Takes a token back.
   *
   * @param id its public part
   * @return whose it was
   */
  public String revokeToken(String id) {
    requireTokens();
    return ledger.change(
        Intent.ofRegistry("revoke-token", Role.ADMIN).with("token", id),
        change -> {
          String account = TokenTable.revoke(change.handle(), id, change.now());
          change.note("account", account);
          return account;
        });
  }

  /** All tokens without their secrets, with who made them and took them back. */
  public List<IssuedToken> issuedTokens() {
    requireTokens();
    return ledger.look(Intent.ofRegistry("tokens", Role.ADMIN), AccessHistory::tokens);
  }

  /** All tokens without their secrets. */
  public List<AccessToken> tokens() {
    requireTokens();
    return ledger.look(Intent.ofRegistry("tokens", Role.ADMIN), TokenTable::all);
  }

  private void requireTokens() {
    if (!ledger.database().location().isPostgres()) {
      throw new UserError(
          "registry must be a database for tokens, got the folder "
              + ledger.database().location()
              + ", which takes the user of the operating system");
    }
  }
}
