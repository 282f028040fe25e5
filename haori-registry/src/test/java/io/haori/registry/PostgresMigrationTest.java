package io.haori.registry;

import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of migrations, with rows in PostgreSQL. */
@ExtendWith(PostgresServer.class)
final class PostgresMigrationTest extends MigrationContract {
  private final PostgresServer.Running server;

  PostgresMigrationTest(PostgresServer.Running server) {
    this.server = server;
  }

  @Override
  TestPlace newPlace(Path folder) {
    return new PostgresPlace(server, folder.resolve("blobs"));
  }

  @Override
  RegistryLocation newLocation(Path folder) {
    return RegistryLocation.parse(server.newDatabase(), folder.resolve("blobs"));
  }

  @Override
  Credentials golden(String token) {
    return new Credentials("nobody", token, null);
  }
}
