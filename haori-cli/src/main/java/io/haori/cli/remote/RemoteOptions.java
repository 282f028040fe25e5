package io.haori.cli.remote;

import static io.haori.core.check.Check.require;

import io.haori.cli.session.CommandContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which server is asked, if any. */
public final class RemoteOptions {
  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "A Haori server that answers in place of a base in this process; modules are named as it"
              + " knows them, such as food@live (default: none).")
  public @Nullable String server;

  @Mixin final ServerAccess access = new ServerAccess();

  /** Refuses options that a server has no use for, before anything is read. */
  public void check() {
    access.check(server);
  }

  /**
   * Refuses an option that only a base in this process knows.
   *
   * @param name of the option
   * @param value null where it was not given
   */
  public void refuse(String name, @Nullable Object value) {
    require(server == null || value == null, name, "left out with --server", value + "");
  }

  /**
   * Asks the server.
   *
   * @param context whose environment may have the token
   */
  public RemoteModels open(CommandContext context) {
    if (server == null) {
      throw new IllegalStateException("no --server");
    }
    return new RemoteModels(access.client(server, context));
  }
}
