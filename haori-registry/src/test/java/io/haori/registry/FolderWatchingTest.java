package io.haori.registry;

import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;

/** The contract of what is watched, with rows in SQLite. */
final class FolderWatchingTest extends WatchingContract {
  @Override
  TestDatabase newDatabase(Path folder) {
    return new FolderDatabase(folder);
  }

  @Override
  RegistryLocation newLocation(Path folder) {
    return RegistryLocation.ofFolder(folder);
  }
}
