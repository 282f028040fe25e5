package io.haori.registry;

import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;

/** The contract of migrations, with rows in SQLite. */
final class FolderMigrationTest extends MigrationContract {
  @Override
  TestPlace newPlace(Path folder) {
    return new FolderPlace(folder);
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
