package io.haori.cli.federate;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What every command of a site has: its round, who it is, and where what it says is written. */
final class SiteInRound {
  @Parameters(
      index = "0",
      paramLabel = "ROUND",
      description = "Folder of the round, or its name on --server.")
  Path folder;

  @Mixin final SiteOptions site = new SiteOptions();

  @Mixin final RoundOptions server = new RoundOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  /** Refuses bad options before anything is read. */
  void check() {
    common.check();
    server.check();
    site.check();
  }

  /** The round, to be closed by the caller. */
  RoundSource open(Session session) {
    return RoundSource.open(session, server, folder);
  }
}
