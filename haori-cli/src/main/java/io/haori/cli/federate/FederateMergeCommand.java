package io.haori.cli.federate;

import io.haori.cli.output.OutFolder;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.client.Federation;
import io.haori.inference.model.TextBase;
import io.haori.training.federated.Round;
import io.haori.training.federated.RoundFolder;
import io.haori.training.federated.RoundMerge;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori federate merge}: makes the next round of the updates of sites. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Merges the updates of a round into the next one. Its model, in the folder model, is an"
          + " adapter like any other."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  haori federate merge round0 a.update b.update c.update --out round1",
      "  haori federate merge plants --server URL --out round1"
    })
public final class FederateMergeCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "UPDATE",
      description =
          "Files of haori federate join, one a site; in a secure round also the last file of haori"
              + " federate collect and the sites' answers to it (default: with --server, those that"
              + " it has).")
  @Nullable List<Path> updates;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Gets the next round; a new or empty folder.")
  Path out;

  @Mixin final GatherOptions gather = new GatherOptions();

  /** A command of a session. */
  public FederateMergeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    gather.check(updates);
    OutFolder.requireReplaceable(out, gather.force.force);
    session.claim(out);
    if (!gather.isOnServer()) {
      merge(List.copyOf(Objects.requireNonNull(updates)), start);
    } else {
      mergeThere(start);
    }
    return ExitCode.DONE;
  }

  private void mergeThere(Instant start) {
    List<String> left = gather.left();
    try (RoundServer rounds = RoundServer.open(session, gather.server, gather.folder.toString())) {
      rounds.ask(federation -> federation.merge(left));
      rounds.write(Federation::download, out);
    }
    show(RoundFolder.read(out), start);
  }

  private void merge(List<Path> files, Instant start) throws IOException {
    Round round = RoundFolder.read(gather.folder);
    EngineSetup engine = new EngineSetup(session, gather.common);
    try (TextBase base =
        engine.open(gather.common.baseOr(round.base().name()), round.settings().baseForm())) {
      show(RoundMerge.merge(gather.folder, files, base, out), start);
    }
  }

  private void show(Round next, Instant start) {
    Round.Merge merge = next.past().get(next.past().size() - 1);
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "Round %d of %d sites and %,d rows in %s; its model: %s",
                next.number(),
                merge.sites().size(),
                merge.rows(),
                out,
                RoundFolder.model(out)));
    session
        .console()
        .out()
        .println(
            switch (next.aggregation()) {
              case STACK ->
                  String.format(
                      Locale.ROOT,
                      "The cut to the rank lost %.2f %% of the mean update's energy.",
                      100 * merge.lostEnergy());
              case SHARED_A -> "The mean is exact.";
              case SECURE ->
                  "The mean is exact to the fixed point; nobody has seen a single site's part.";
              case AVERAGE ->
                  String.format(
                      Locale.ROOT,
                      "Averaging A and B apart is off by %.2f %% of the mean update's energy.",
                      100 * merge.lostEnergy());
            });
    if (gather.common.json) {
      new JsonResult("federate merge")
          .put("round", next.number())
          .put("sites", merge.sites().stream().map(Round.Member::site).toList())
          .put("lostEnergy", merge.lostEnergy())
          .print(session.console(), session.secondsSince(start));
    }
  }
}
