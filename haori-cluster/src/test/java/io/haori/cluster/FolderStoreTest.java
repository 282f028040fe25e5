package io.haori.cluster;

import java.util.List;

/** A folder, as one that all machines have mounted. */
final class FolderStoreTest extends StoreContract {
  @Override
  protected Place place() {
    return new Place(folder.resolve("store").toString(), List.of(), List.of());
  }
}
