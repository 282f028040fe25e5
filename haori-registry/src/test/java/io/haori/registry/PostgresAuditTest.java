package io.haori.registry;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of the log, with rows in PostgreSQL. */
@ExtendWith(PostgresServer.class)
final class PostgresAuditTest extends AuditContract {
  private final PostgresServer.Running server;

  PostgresAuditTest(PostgresServer.Running server) {
    this.server = server;
  }

  @Override
  TestDatabase newDatabase(Path folder) {
    return new PostgresDatabase(server, folder.resolve("blobs"));
  }
}
