package io.haori.cli.registry;

import io.haori.adapter.peft.PeftFolder;
import io.haori.cli.session.CommandContext;
import io.haori.core.check.Check;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.version.ModuleVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A folder to load from: the user's own, or a version of a registry that was written out for this
 * run, every file checked by its digest. Closing removes what was written out.
 *
 * @param folder where it is
 * @param version of the registry; null for a folder of the user's
 */
public record CheckedOut(Path folder, @Nullable ModuleVersion version) implements AutoCloseable {
  /** What comes before a module's name in the place of a folder. */
  public static final String PREFIX = "reg:";

  private static final String TEMPORARY = "haori-module-";

  private static final Pattern WRITTEN_OUT =
      Pattern.compile(
          Pattern.quote(Path.of(System.getProperty("java.io.tmpdir")).toString())
              + "[/\\\\]"
              + TEMPORARY
              + "[0-9]+[/\\\\]");

  /** Whether a text names a module of the registry. */
  public static boolean isReference(String text) {
    return text.startsWith(PREFIX);
  }

  /**
   * What the user named.
   *
   * @param text a folder, or for example {@code reg:food@live}
   * @param address the registry that is meant
   * @param context what the command runs in
   * @throws io.haori.core.check.UserError when there is no such version in use, or it is damaged
   */
  public static CheckedOut of(String text, RegistryAddress address, CommandContext context) {
    if (!isReference(text)) {
      return new CheckedOut(PeftFolder.located(Path.of(text)), null);
    }
    ModuleReference reference = ModuleReference.parse(text.substring(PREFIX.length()));
    try (Registry registry = address.open(context)) {
      return of(registry, reference);
    }
  }

  /** A version of a registry that is open. */
  public static CheckedOut of(Registry registry, ModuleReference reference) {
    Path folder = temporary().resolve(reference.name().fileName());
    try {
      return new CheckedOut(folder, registry.modules().checkOut(reference, folder));
    } catch (RuntimeException e) {
      AtomicFiles.delete(Objects.requireNonNull(folder.getParent()));
      throw e;
    }
  }

  public static Path temporary() {
    try {
      return Files.createTempDirectory(TEMPORARY);
    } catch (IOException e) {
      throw FileFailures.unwritable(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }

  /**
   * A sentence that names files of the registry in place of the temporary ones that were written
   * out for this run, and are gone when it is read.
   *
   * @param sentence for the user
   */
  public static String withoutTemporary(String sentence) {
    return WRITTEN_OUT.matcher(sentence).replaceAll(PREFIX);
  }

  /**
   * Refuses a base that the registry knows not to be the module's.
   *
   * @param name of the base as it was opened
   * @param digest SHA-256 of its weights
   */
  public void requireBase(String name, String digest) {
    if (version != null) {
      requireBase(version, name, digest);
    }
  }

  /** The same of a version that was not written out. */
  public static void requireBase(ModuleVersion version, String name, String digest) {
    Check.require(
        version.origin().baseDigest().equals(digest),
        "base of " + version.id(),
        version.origin().baseName() + " with the digest " + version.origin().baseDigest(),
        name + " with the digest " + digest);
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
