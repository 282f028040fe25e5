package io.haori.cli.federate;

import io.haori.cli.remote.ServerAccess;
import io.haori.cli.session.Session;
import io.haori.client.HaoriClient;
import io.haori.core.check.Check;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which server has the round, if any. */
final class RoundOptions {
  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "A Haori server that has the rounds; ROUND is their name on it then (default: none).")
  @Nullable String server;

  @Mixin final ServerAccess access = new ServerAccess();

  /** Refuses options that nothing without a server has a use for. */
  void check() {
    access.check(server);
  }

  /** Refuses to go without a server. */
  void require() {
    Check.require(server != null, "--server", "the address of a server", "nothing");
  }

  /**
   * Refuses no files without a server and files with one, which has them.
   *
   * @param files that were given; null for none
   * @param without sites that are left out
   */
  void requireFiles(@Nullable List<Path> files, @Nullable List<String> without) {
    boolean none = files == null || files.isEmpty();
    Check.require(
        none == (server != null),
        "files",
        server == null ? "those of the sites" : "left out with --server",
        none ? "nothing" : files + "");
    Check.require(
        server != null || without == null, "--without", "given with --server", without + "");
  }

  /** Asks the server. */
  HaoriClient client(Session session) {
    if (server == null) {
      throw new IllegalStateException("no --server");
    }
    return access.client(server, session.context());
  }
}
