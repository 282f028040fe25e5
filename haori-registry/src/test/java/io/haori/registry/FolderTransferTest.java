package io.haori.registry;

import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;

/** The contract of transfers, with rows in SQLite. */
final class FolderTransferTest extends TransferContract {
  @Override
  TestDatabase newDatabase(Path folder) {
    return new FolderDatabase(folder);
  }

  @Override
  RegistryLocation newLocation(Path folder) {
    return RegistryLocation.ofFolder(folder);
  }
}
