package io.haori.cli.registry;

import io.haori.cli.session.CommandContext;
import io.haori.core.check.UserError;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.store.RegistryLocation;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which registry is meant. */
public final class RegistryPlace {
  /** The registry when neither the command line nor the environment names one. */
  static final String DEFAULT = "reg";

  @Option(
      names = "--registry",
      paramLabel = "DIR|URL",
      description =
          "A folder, or jdbc:postgresql:… (default: what HAORI_REGISTRY says, else the folder "
              + DEFAULT
              + ").")
  @Nullable String registry;

  @Option(
      names = "--blobs",
      paramLabel = "DIR",
      description = "The files of a registry in a database (default: what HAORI_BLOBS says).")
  @Nullable Path blobs;

  /** Where the registry is. */
  public RegistryLocation location(CommandContext desk) {
    return location(desk, registry, blobs);
  }

  /**
   * Where a registry is.
   *
   * @param desk whose environment tells what the options do not
   * @param registry as given, or null
   * @param blobs as given, or null
   */
  public static RegistryLocation location(
      CommandContext desk, @Nullable String registry, @Nullable Path blobs) {
    String named = registry == null ? desk.environment().get("HAORI_REGISTRY") : registry;
    String files = desk.environment().get("HAORI_BLOBS");
    try {
      return RegistryLocation.parse(
          named == null ? DEFAULT : named, blobs == null && files != null ? Path.of(files) : blobs);
    } catch (InvalidPathException e) {
      throw new UserError("--blobs must be a folder, got " + files, e);
    }
  }

  /** Who comes: the user of the operating system, and a token from the environment. */
  public static Credentials credentials(CommandContext desk) {
    return Credentials.ofProcess(
        desk.environment().get("HAORI_TOKEN"), desk.environment().get("HAORI_REGISTRY_PASSWORD"));
  }

  /** Opens the registry. */
  public Registry open(CommandContext desk) {
    return Registry.open(location(desk), credentials(desk), desk.clock());
  }

  /** Opens the registry; a folder that is none becomes one. */
  public Registry openOrCreate(CommandContext desk) {
    return Registry.openOrCreate(location(desk), credentials(desk), desk.clock());
  }
}
