package io.haori.registry;

import java.nio.file.Path;

/** The contract of the log, with rows in SQLite. */
final class FolderAuditTest extends AuditContract {
  @Override
  TestDatabase newDatabase(Path folder) {
    return new FolderDatabase(folder);
  }
}
