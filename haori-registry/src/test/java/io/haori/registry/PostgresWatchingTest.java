package io.haori.registry;

import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of what is watched, with rows in PostgreSQL. */
@ExtendWith(PostgresServer.class)
final class PostgresWatchingTest extends WatchingContract {
  private final PostgresServer.Running server;

  PostgresWatchingTest(PostgresServer.Running server) {
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
}
