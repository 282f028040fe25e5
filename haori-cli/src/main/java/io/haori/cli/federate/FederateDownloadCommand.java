package io.haori.cli.federate;

import io.haori.cli.output.ForceOption;
import io.haori.cli.output.OutFolder;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.client.Federation;
import io.haori.training.federated.Round;
import io.haori.training.federated.RoundFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori federate download}: writes the newest round of a server as a folder. */
@Command(
    name = "download",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes the newest round of a server as a folder, with its model.",
    footerHeading = "%nExample:%n",
    footer = "  haori federate download plants --server URL --out round1")
public final class FederateDownloadCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "Name of the rounds on the server.")
  String name;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Gets the round; a new or empty folder.")
  Path out;

  @Mixin final ForceOption force = new ForceOption();

  @Mixin final RoundOptions server = new RoundOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public FederateDownloadCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    server.require();
    OutFolder.requireReplaceable(out, force.force);
    session.claim(out);
    try (RoundServer rounds = RoundServer.open(session, server, name)) {
      rounds.write(Federation::download, out);
    }
    Round round = RoundFolder.read(out);
    session.console().out().println("Downloaded round " + round.number() + " to " + out);
    if (common.json) {
      new JsonResult("federate download")
          .put("name", name)
          .put("round", round.number())
          .put("aggregation", round.aggregation().word())
          .print(session.console(), session.secondsSince(start));
    }
    return ExitCode.DONE;
  }
}
