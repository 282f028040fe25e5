package io.haori.registry.access;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.audit.AuditLog;
import io.haori.registry.name.NamePattern;
import io.haori.registry.store.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Who gave and took roles and tokens, and when: read from the log, which nobody can change. */
public final class AccessHistory {
  private AccessHistory() {}

  /**
   * The roles of all accounts with their story.
   *
   * @param handle of a read
   * @return ordered by account
   */
  public static List<GrantedRole> roles(Handle handle) {
    Map<RoleGrant, AuditEntry> given = new HashMap<>();
    for (AuditEntry entry : AuditLog.done(handle, List.of("init", "grant", "revoke"))) {
      RoleGrant grant = grant(entry);
      if (entry.action().equals("revoke")) {
        given.remove(grant);
      } else {
        given.put(grant, entry);
      }
    }
    return AccessTable.all(handle).stream()
        .map(
            grant -> {
              AuditEntry entry = given.get(grant);
              return entry == null
                  ? new GrantedRole(grant, null, null)
                  : new GrantedRole(grant, entry.happened(), entry.actor());
            })
        .toList();
  }

  private static RoleGrant grant(AuditEntry entry) {
    JsonNode details = Json.tree(entry.details());
    // Older registries do not say in their first entry that it made its actor an admin.
    String account = details.path("account").asText(entry.actor());
    String role = details.path("role").asText(Role.ADMIN.word());
    String pattern = details.path("pattern").asText(NamePattern.ALL.text());
    return new RoleGrant(account, Role.parse(role), new NamePattern(pattern));
  }

  /**
   * All tokens with their story.
   *
   * @param handle of a read
   * @return the newest last
   */
  public static List<IssuedToken> tokens(Handle handle) {
    Map<String, String> made = new HashMap<>();
    Map<String, String> revoked = new HashMap<>();
    for (AuditEntry entry : AuditLog.done(handle, List.of("init", "token", "revoke-token"))) {
      String id = Json.tree(entry.details()).path("token").asText();
      (entry.action().equals("revoke-token") ? revoked : made).putIfAbsent(id, entry.actor());
    }
    return TokenTable.all(handle).stream()
        .map(
            token -> {
              @Nullable String by = made.get(token.id());
              return new IssuedToken(token, by, revoked.get(token.id()));
            })
        .toList();
  }
}
