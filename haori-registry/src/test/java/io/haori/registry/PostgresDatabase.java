package io.haori.registry;

import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.name.NamePattern;
import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** A registry in a database of its own. */
public final class PostgresDatabase implements TestDatabase {
  private final RegistryLocation location;
  private final Map<String, String> tokens = new HashMap<>();

  /** One whose tables were made. */
  public PostgresDatabase(PostgresServer.Running server, Path blobs) {
    this.location = RegistryLocation.parse(server.newTables(), blobs);
    Credentials nobody = new Credentials("nobody", null, null);
    Registry.Created created = Registry.create(location, nobody, "admin", InstantSource.system());
    tokens.put("admin", created.token().text());
    created.registry().close();
  }

  @Override
  public RegistryLocation location() {
    return location;
  }

  @Override
  public Registry open(String account, InstantSource clock) {
    return Registry.open(location, credentials(account), clock);
  }

  @Override
  public Credentials credentials(String account) {
    String token = tokens.computeIfAbsent(account, this::newToken);
    return new Credentials("nobody", token, null);
  }

  /** Somebody without a role for any module that a test uses, unless the test gave one. */
  private String newToken(String account) {
    Credentials admin = new Credentials("nobody", tokens.get("admin"), null);
    try (Registry registry = Registry.open(location, admin, InstantSource.system())) {
      boolean known =
          registry.access().roles().stream().anyMatch(role -> role.account().equals(account));
      if (!known) {
        registry
            .access()
            .give(new RoleGrant(account, Role.VIEWER, new NamePattern("nothing-of-" + account)));
      }
      return registry.access().createToken(account, null).text();
    }
  }
}
