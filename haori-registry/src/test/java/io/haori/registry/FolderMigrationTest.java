package io.haori.registry;

import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;

/** The contract of migrations, with rows in SQLite. */
final class FolderMigrationTest extends MigrationContract {
  @Override
  TestDatabase newDatabase(Path folder) {
    return new FolderDatabase(folder);
  }

  @Override
  RegistryLocation newLocation(Path folder) {
    return RegistryLocation.ofFolder(folder);
  }

  @Override
  Credentials golden(String token) {
    return new Credentials("admin", null, null);
  }
}
