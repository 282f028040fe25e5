package io.haori.cli.serve;

import static io.haori.core.check.Check.require;

import io.haori.server.settings.Limits;
import io.haori.server.settings.ServerSettings;
import picocli.CommandLine.Option;

/** Where and how a server listens, and what it may take. */
final class ServerOptions {
  private static final long MEGABYTE = 1 << 20;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = ServerSettings.DEFAULT_HOST,
      description =
          "The address to listen on (default: ${DEFAULT-VALUE}, which this machine alone reaches)."
              + " Another one needs a registry with tokens, and TLS or --behind-proxy.")
  String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "" + ServerSettings.DEFAULT_PORT,
      description = "The port; 0 for any that is free (default: ${DEFAULT-VALUE}).")
  int port;

  @Option(
      names = "--behind-proxy",
      description = "Something in front of the server speaks TLS and passes requests on.")
  boolean behindProxy;

  @Option(
      names = "--module-memory",
      paramLabel = "MB",
      defaultValue = "" + ServerSettings.DEFAULT_MODULE_MEMORY,
      description =
          "Memory for modules; those that were not used for longest make room for others (default:"
              + " ${DEFAULT-VALUE}).")
  int moduleMemory;

  /** What the options say. */
  ServerSettings settings() {
    require(moduleMemory >= 1, "--module-memory", "at least 1", moduleMemory);
    ServerSettings usual = ServerSettings.usual();
    return new ServerSettings(
        host,
        port,
        behindProxy,
        null,
        moduleMemory * MEGABYTE,
        usual.pinned(),
        null,
        Limits.DEFAULT);
  }
}
