package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.registry.store.RegistryLocation;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of migrations, with rows in PostgreSQL. */
@ExtendWith(PostgresServer.class)
final class PostgresMigrationTest extends MigrationContract {
  private final PostgresServer.Running server;

  PostgresMigrationTest(PostgresServer.Running server) {
    this.server = server;
  }

  @Override
  TestDatabase newDatabase(Path folder) {
    return new PostgresDatabase(server, folder.resolve("blobs"));
  }

  @Override
  RegistryLocation newLocation(Path folder) {
    return RegistryLocation.parse(server.newDatabase(), folder.resolve("blobs"));
  }

  @Override
  Credentials golden(String token) {
    return new Credentials("nobody", token, null);
  }

  /** Tokens of registries before version 3 were hashed with Argon2id. */
  @ParameterizedTest
  @MethodSource("versions")
  void anOldTokenIsKnownAndItsHashReplacedByAQuickOne(int version) throws IOException {
    RegistryLocation location = restored(version);
    String scheme = "SELECT scheme || ' ' || LENGTH(hash) FROM access_token";

    opened(version, location).close();
    assertThat(RawRows.ask(location, scheme)).isEqualTo("sha256 64");
    Registry again = opened(version, location);

    assertThat(again.actor()).isEqualTo("admin");
    assertThat(again.maintenance().verify(bytes -> {}).firstBreak()).isEmpty();
  }
}
