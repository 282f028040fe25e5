package io.haori.cli.federate;

import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.client.FederatedRound;
import io.haori.client.Federation;
import io.haori.inference.model.TextBase;
import io.haori.training.federated.Round;
import io.haori.training.federated.RoundFolder;
import io.haori.training.federated.SecureRound;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori federate collect}: gathers what sites say in a secure round. */
@Command(
    name = "collect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Gathers the files of one step of a round of --aggregate secure for all sites: first the"
          + " keys, then, with the file of this command before, the shares, then the masked"
          + " updates. Says what comes next."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  haori federate collect round0 a.keys b.keys c.keys --out all.1",
      "  haori federate collect round0 all.1 a.shares b.shares c.shares --out all.2",
      "  haori federate collect round0 all.2 a.update b.update --out all.3",
      "  haori federate collect plants --server URL --out all.1"
    })
public final class FederateCollectCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "FILE",
      description =
          "Files of the sites, and from the second step on the file of the step before"
              + " (default: with --server, those that it has).")
  @Nullable List<Path> files;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Gets the file for all sites.")
  Path out;

  @Mixin final GatherOptions gather = new GatherOptions();

  /** A command of a session. */
  public FederateCollectCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    gather.check(files);
    SiteOptions.requireReplaceable(out, gather.force.force);
    SecureRound.Collected collected =
        !gather.isOnServer()
            ? collectHere(List.copyOf(Objects.requireNonNull(files)))
            : collectThere();
    String there = String.join(", ", collected.there());
    session
        .console()
        .out()
        .println(
            switch (collected.waitsFor()) {
              case 1 ->
                  "Keys of "
                      + there
                      + " in "
                      + out
                      + ": give it to these sites; each runs haori federate answer.";
              case 2 ->
                  "Shares of "
                      + there
                      + " in "
                      + out
                      + ": give it to these sites; each runs haori federate join with --collected.";
              default ->
                  "Masked updates of "
                      + there
                      + " in "
                      + out
                      + ": give it to all sites with shares; each runs haori federate answer, and"
                      + " haori federate merge needs "
                      + collected.needed()
                      + " answers.";
            });
    if (gather.isOnServer()) {
      session
          .console()
          .out()
          .println("The server has this file; sites with --server get it there.");
    }
    if (gather.common.json) {
      new JsonResult("federate collect")
          .put("sites", collected.sites())
          .put("there", collected.there())
          .put("step", collected.waitsFor())
          .put("needed", collected.needed())
          .print(session.console(), session.secondsSince(start));
    }
    return ExitCode.DONE;
  }

  private SecureRound.Collected collectHere(List<Path> given) throws IOException {
    SecureRound round = new SecureRound(gather.folder);
    if (!round.collectsMasked(given)) {
      return round.collect(given, null, out);
    }
    Round agreed = RoundFolder.read(gather.folder);
    EngineSetup engine = new EngineSetup(session, gather.common);
    try (TextBase base =
        engine.open(gather.common.baseOr(agreed.base().name()), agreed.settings().baseForm())) {
      return round.collect(given, base, out);
    }
  }

  private SecureRound.Collected collectThere() {
    List<String> left = gather.left();
    try (RoundServer rounds = RoundServer.open(session, gather.server, gather.folder.toString())) {
      FederatedRound.Collected there = rounds.ask(federation -> federation.collect(left));
      rounds.write(Federation::downloadCollected, out);
      return new SecureRound.Collected(there.sites(), there.step(), there.there(), there.needed());
    }
  }
}
