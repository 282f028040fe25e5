package io.haori.registry;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The contract, with rows in SQLite, and what is so of a folder alone. */
final class FolderRegistryTest extends RegistryContract {
  @Override
  TestDatabase newDatabase(Path folder) {
    return new FolderDatabase(folder);
  }

  @Test
  void aFolderTakesTheUserOfTheOperatingSystemAndNoTokens() {
    refused(
        () -> admin.access().createToken("admin", 30),
        "registry must be a database for tokens, got the folder "
            + database.location()
            + ", which takes the user of the operating system");
  }
}
