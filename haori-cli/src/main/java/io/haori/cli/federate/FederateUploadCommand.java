package io.haori.cli.federate;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.client.FederatedRound;
import io.haori.core.check.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code haori federate upload}: gives a server a round, or a file of a site. */
@Command(
    name = "upload",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Gives a server the folder of a round, from which on sites take part by --server, or hands in"
          + " a file of a site that was written before."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  haori federate upload plants round0 --server URL",
      "  haori federate upload plants a.update --server URL"
    })
public final class FederateUploadCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "NAME", description = "Name of the rounds on the server.")
  String name;

  @Parameters(
      index = "1",
      paramLabel = "DIR|FILE",
      description = "Folder of a round, or a file of a site.")
  Path what;

  @Mixin final RoundOptions server = new RoundOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public FederateUploadCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    server.require();
    if (!Files.exists(what)) {
      throw Check.in(what, "must be the folder of a round or a file of a site, found nothing");
    }
    try (RoundServer rounds = RoundServer.open(session, server, name)) {
      if (Files.isDirectory(what)) {
        begin(rounds, start);
      } else {
        handIn(rounds, start);
      }
    }
    return ExitCode.DONE;
  }

  private void begin(RoundServer rounds, Instant start) {
    FederatedRound begun = rounds.ask(federation -> federation.begin(what));
    session
        .console()
        .out()
        .println(
            "Round "
                + begun.number()
                + " is on "
                + server.server
                + ": every site runs haori federate join "
                + name
                + " --server "
                + server.server
                + " --data DIR --site NAME --out NAME.update");
    if (common.json) {
      new JsonResult("federate upload")
          .put("name", name)
          .put("round", begun.number())
          .put("awaited", begun.awaited())
          .print(session.console(), session.secondsSince(start));
    }
  }

  private void handIn(RoundServer rounds, Instant start) {
    FederatedRound.SiteFile file = rounds.ask(federation -> federation.handIn(what));
    session.console().out().println("Handed in to " + name + " of " + server.server + ".");
    if (common.json) {
      new JsonResult("federate upload")
          .put("name", name)
          .put("site", file.site())
          .put("kind", file.kind())
          .put("bytes", file.bytes())
          .print(session.console(), session.secondsSince(start));
    }
  }
}
