package io.haori.registry.store;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a registry is: a folder, or a PostgreSQL database with a folder for the blobs.
 *
 * @param shown how it is named in sentences; without what follows a question mark, which may be a
 *     password
 * @param jdbcUrl of the database
 * @param folder of a registry that is a folder, else null
 * @param blobs folder of the files
 */
public record RegistryLocation(String shown, String jdbcUrl, @Nullable Path folder, Path blobs) {
  private static final String POSTGRES = "jdbc:postgresql:";

  /**
   * Reads what the user said.
   *
   * @param registry a folder or {@code jdbc:postgresql:…}
   * @param blobs the folder of the blobs, needed for a database only
   * @throws UserError when it is neither
   */
  public static RegistryLocation parse(String registry, @Nullable Path blobs) {
    require(!registry.isBlank(), "registry", "a folder or a jdbc:postgresql: URL", "nothing");
    if (registry.toLowerCase(Locale.ROOT).startsWith("jdbc:")) {
      String shown = registry.replaceFirst("\\?.*", "").replaceFirst("//[^/@]*@", "//");
      require(
          registry.startsWith(POSTGRES), "registry", "a folder or a jdbc:postgresql: URL", shown);
      if (blobs == null) {
        throw new UserError("blobs must be a folder for the registry " + shown + ", got nothing");
      }
      return new RegistryLocation(shown, registry, null, blobs);
    }
    try {
      return ofFolder(Path.of(registry));
    } catch (InvalidPathException e) {
      throw new UserError(
          "registry must be a folder or a jdbc:postgresql: URL, got " + registry, e);
    }
  }

  /**
   * A registry that is a folder.
   *
   * @param folder perhaps not there yet
   */
  public static RegistryLocation ofFolder(Path folder) {
    Path database = folder.toAbsolutePath().resolve("registry.db");
    return new RegistryLocation(
        folder.toString(), "jdbc:sqlite:" + database, folder, folder.resolve("blobs"));
  }

  /** Whether the rows are in PostgreSQL. */
  public boolean isPostgres() {
    return folder == null;
  }

  /** The SQLite file of a registry that is a folder. */
  Path databaseFile() {
    if (folder == null) {
      throw new IllegalStateException(shown + " has no file");
    }
    return folder.toAbsolutePath().resolve("registry.db");
  }

  @Override
  public String toString() {
    return shown;
  }
}
