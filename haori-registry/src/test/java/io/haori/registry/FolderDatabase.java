package io.haori.registry;

import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;
import java.time.InstantSource;

/** A registry in a folder. */
public final class FolderDatabase implements TestDatabase {
  private final RegistryLocation location;

  /** One whose folder was made. */
  public FolderDatabase(Path folder) {
    this.location = RegistryLocation.ofFolder(folder);
    Registry.create(location, credentials("admin"), "admin", InstantSource.system())
        .registry()
        .close();
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
    return new Credentials(account, null, null);
  }
}
