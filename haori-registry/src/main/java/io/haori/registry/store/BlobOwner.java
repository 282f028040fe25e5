package io.haori.registry.store;

import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says in a folder of blobs whose blobs they are, so that two registries are not mixed up. */
public final class BlobOwner {
  private static final String FILE = "registry-identity";

  private BlobOwner() {}

  /**
   * Writes whose they are.
   *
   * @param blobs the folder, made when missing
   * @param identity of the registry
   */
  public static void write(Path blobs, String identity) {
    AtomicFiles.writeText(blobs.resolve(FILE), identity + "\n");
  }

  /**
   * Refuses the folder of another registry.
   *
   * @param location of the registry
   * @param identity of the registry
   */
  public static void require(RegistryLocation location, String identity) {
    Path file = location.blobs().resolve(FILE);
    try {
      if (Files.exists(file) && Files.readString(file).strip().equals(identity)) {
        return;
      }
    } catch (IOException e) {
      throw FileFailures.unreadable(file, e);
    }
    throw new UserError(
        "blobs must be the folder of the blobs of " + location + ", got " + location.blobs());
  }
}
