package io.haori.cli.module;

import io.haori.check.Check;
import io.haori.files.AtomicFiles;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.version.ModuleVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A folder to load from: the user's own, or a version of a registry that was written out for this
 * run, every file checked by its digest. Closing removes what was written out.
 *
 * @param folder where it stands
 * @param version of the registry; null for a folder of the user's
 */
public record CheckedOut(Path folder, @Nullable ModuleVersion version) implements AutoCloseable {
  /** What stands before a module's name in the place of a folder. */
  public static final String PREFIX = "reg:";

  /** Whether a text names a module of the registry. */
  public static boolean isReference(String text) {
    return text.startsWith(PREFIX);
  }

  /**
   * What the user named.
   *
   * @param text a folder, or for example {@code reg:food@live}
   * @param place the registry that is meant
   * @param desk what the command runs in
   * @throws io.haori.check.UserError when there is no such version in use, or it is damaged
   */
  public static CheckedOut of(String text, RegistryPlace place, Desk desk) {
    if (!isReference(text)) {
      return new CheckedOut(Path.of(text), null);
    }
    ModuleReference reference = ModuleReference.parse(text.substring(PREFIX.length()));
    try (Registry registry = place.open(desk)) {
      return of(registry, reference);
    }
  }

  /** A version of a registry that is open. */
  static CheckedOut of(Registry registry, ModuleReference reference) {
    Path folder = temporary().resolve(reference.name().text());
    try {
      return new CheckedOut(folder, registry.modules().checkOut(reference, folder));
    } catch (RuntimeException e) {
      AtomicFiles.delete(Objects.requireNonNull(folder.getParent()));
      throw e;
    }
  }

  static Path temporary() {
    try {
      return Files.createTempDirectory("haori-module-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Refuses a base that the registry knows not to be the module's.
   *
   * @param name of the base as it was opened
   * @param digest SHA-256 of its weights
   */
  public void requireBase(String name, String digest) {
    if (version != null) {
      Check.require(
          version.origin().baseDigest().equals(digest),
          "base of " + version.id(),
          version.origin().baseName() + " with the digest " + version.origin().baseDigest(),
          name + " with the digest " + digest);
    }
  }

  /** As it is named in sentences and in what is written. */
  public String shown() {
    return version == null ? folder.toString() : PREFIX + version.id();
  }

  @Override
  public void close() {
    if (version != null) {
      AtomicFiles.delete(Objects.requireNonNull(folder.getParent()));
    }
  }
}
