package io.haori.cli.module;

import io.haori.check.UserError;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.store.RegistryLocation;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which registry, and how its commands answer. */
final class RegistryOptions {
  @Option(
      names = "--registry",
      paramLabel = "DIR|URL",
      description = "A folder, or jdbc:postgresql:… (default: what HAORI_REGISTRY says).")
  @Nullable String registry;

  @Option(
      names = "--blobs",
      paramLabel = "DIR",
      description = "The files of a registry in a database (default: what HAORI_BLOBS says).")
  @Nullable Path blobs;

  @Option(names = "--json", description = "Print one JSON object as the last line of stdout.")
  boolean json;

  @Option(names = "--quiet", description = "Show no progress.")
  boolean quiet;

  @Option(names = "--debug", description = "Print the stack trace of a failure.")
  boolean debug;

  /** Where the registry is. */
  RegistryLocation location(Desk desk) {
    return location(desk, registry, blobs);
  }

  /**
   * Where a registry is.
   *
   * @param desk whose environment tells what the options do not
   * @param registry as given, or null
   * @param blobs as given, or null
   */
  static RegistryLocation location(Desk desk, @Nullable String registry, @Nullable Path blobs) {
    String where = registry == null ? desk.environment().get("HAORI_REGISTRY") : registry;
    if (where == null || where.isBlank()) {
      throw new UserError(
          "--registry must be a folder or a jdbc:postgresql: URL (or HAORI_REGISTRY one), got"
              + " nothing");
    }
    String files = desk.environment().get("HAORI_BLOBS");
    try {
      return RegistryLocation.parse(where, blobs == null && files != null ? Path.of(files) : blobs);
    } catch (InvalidPathException e) {
      throw new UserError("--blobs must be a folder, got " + files, e);
    }
  }

  /** Who comes: the user of the operating system, and a token from the environment. */
  static Credentials credentials(Desk desk) {
    return Credentials.ofProcess(
        desk.environment().get("HAORI_TOKEN"), desk.environment().get("HAORI_REGISTRY_PASSWORD"));
  }

  /** Opens the registry. */
  Registry open(Desk desk) {
    return Registry.open(location(desk), credentials(desk), desk.clock());
  }

  /** Opens the registry; a folder that is none becomes one. */
  Registry openOrCreate(Desk desk) {
    return Registry.openOrCreate(location(desk), credentials(desk), desk.clock());
  }

  /** Shows how far bytes are read or written. */
  Progress progress(Desk desk, String task, long bytes) {
    return Progress.of(desk.console(), quiet, desk.clock(), task, 0, Math.max(1, bytes));
  }

  /** Prints what the command found, when JSON is wanted. */
  void print(Desk desk, JsonResult result, Instant start) {
    if (json) {
      result.print(desk.console(), desk.secondsSince(start));
    }
  }
}
