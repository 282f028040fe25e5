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
public final class RegistryAddress {
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

  /** What was given with {@code --registry}; null for nothing. */
  public @Nullable String given() {
    return registry;
  }

  /** Where the registry is. */
  public RegistryLocation location(CommandContext context) {
    return location(context, registry, blobs);
  }

  /**
   * Where a registry is.
   *
   * @param context whose environment has what the options leave out
   * @param registry as given, or null
   * @param blobs as given, or null
   */
  public static RegistryLocation location(
      CommandContext context, @Nullable String registry, @Nullable Path blobs) {
    String named = registry == null ? context.environment().get("HAORI_REGISTRY") : registry;
    String files = context.environment().get("HAORI_BLOBS");
    try {
      return RegistryLocation.parse(
          named == null ? DEFAULT : named, blobs == null && files != null ? Path.of(files) : blobs);
    } catch (InvalidPathException e) {
      throw new UserError("--blobs must be a folder, got " + files, e);
    }
  }

  /** Who comes: the user of the operating system, and a token from the environment. */
  public static Credentials credentials(CommandContext context) {
    return Credentials.ofProcess(
        context.environment().get("HAORI_TOKEN"),
        context.environment().get("HAORI_REGISTRY_PASSWORD"));
  }

  /** Opens the registry. */
  public Registry open(CommandContext context) {
    return Registry.open(location(context), credentials(context), context.clock());
  }

  /** Opens the registry; a folder that is none becomes one. */
  public Registry openOrCreate(CommandContext context) {
    return Registry.openOrCreate(location(context), credentials(context), context.clock());
  }
}
