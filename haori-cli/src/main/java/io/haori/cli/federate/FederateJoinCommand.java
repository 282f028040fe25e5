package io.haori.cli.federate;

import io.haori.cli.options.RowsOptions;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.ShellWords;
import io.haori.cli.terminal.Table;
import io.haori.cli.tune.TuningView;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.model.TextBase;
import io.haori.training.data.Dataset;
import io.haori.training.federated.Aggregation;
import io.haori.training.federated.Round;
import io.haori.training.federated.RoundFolder;
import io.haori.training.federated.SiteFit;
import io.haori.training.federated.SiteKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori federate join}: fits a round's model to a site's rows and writes the update. */
@Command(
    name = "join",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fits the model of a round to the rows of this site and writes the update, a signed file with"
          + " the numbers of module and head, how many rows there were and what labels are called."
          + " No row leaves the site."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  haori federate join round0 --data site-a --site a --out a.update",
      "  haori federate join plants --server URL --data site-a --site a --out a.update"
    })
public final class FederateJoinCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR|FILE",
      required = true,
      description = "Labelled rows of this site, as haori tune takes them.")
  Path data;

  @Option(
      names = "--collected",
      paramLabel = "FILE",
      description =
          "In a round of --aggregate secure: the file of haori federate collect with the shares of"
              + " all sites (default: none).")
  @Nullable Path collected;

  @Option(
      names = "--resume",
      description = "Continue the interrupted run of the same round, data and site.")
  boolean resume;

  @Mixin final PrivacyOptions privacy = new PrivacyOptions();

  @Mixin final RowsOptions rows = new RowsOptions();

  @Mixin final SiteInRound in = new SiteInRound();

  /** A command of a session. */
  public FederateJoinCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    in.check();
    rows.check();
    privacy.check(resume);
    try (RoundSource source = in.open(session)) {
      return join(source, start);
    }
  }

  private int join(RoundSource source, Instant start) throws IOException {
    Round round = RoundFolder.read(source.folder());
    source.requireAwaits(
        in.site.site, round.aggregation() == Aggregation.SECURE ? "masked" : "update");
    Path all = round.aggregation() == Aggregation.SECURE ? source.collected(collected) : collected;
    SiteFit.requireCollected("--collected", round, all);
    Dataset dataset = rows.read(data, in.common.seed);
    EngineSetup engine = new EngineSetup(session, in.common);
    Path checkpoint = in.site.out.resolveSibling(in.site.out.getFileName() + ".checkpoint");
    session.claim(checkpoint);
    try (Interruption interruption = Interruption.ofProcess(session.console());
        TextBase base =
            engine.open(in.common.baseOr(round.base().name()), round.settings().baseForm())) {
      DataNotes.show(
          session, in.common, dataset, base.reader(), round.settings().text().maxLength());
      Optional<SiteFit.Joined> joined;
      try (TuningView view = new TuningView(session, in.common, in.site.site)) {
        SiteFit fit =
            new SiteFit(source.folder(), base)
                .listener(view)
                .stopWhen(interruption::requested)
                .checkpoints(checkpoint, resume)
                .privately(privacy.of(dataset.train().rows().size()));
        if (all != null) {
          fit.masked(all, in.site.keyFile());
        }
        joined = fit.join(dataset, in.site.site, SiteKey.at(in.site.keyFile()), in.site.out);
      }
      if (joined.isEmpty()) {
        session
            .console()
            .err()
            .println(
                privacy.epsilon == null
                    ? "Interrupted; saved. Continue with: " + ShellWords.withResume(spec, resume)
                    : "Interrupted; nothing was written.");
        return ExitCode.INTERRUPTED;
      }
      AtomicFiles.delete(checkpoint);
      show(round, joined.get());
      source.handIn(in.site.out);
      showJson(round, joined.get(), start);
    }
    return ExitCode.DONE;
  }

  private void show(Round round, SiteFit.Joined joined) {
    Table table = new Table(ScoreText.header("test rows here", joined.after().keySet()));
    if (!joined.before().isEmpty()) {
      table.row(ScoreText.row("round " + round.number(), joined.after().keySet(), joined.before()));
    }
    table
        .row(ScoreText.row("this site's own", joined.after().keySet(), joined.after()))
        .print(session.console());
    session
        .console()
        .out()
        .println(
            "Update of "
                + in.site.site
                + " from "
                + joined.rows()
                + " rows in "
                + in.site.out
                + ": "
                + ScoreText.bytes(joined.bytes()));
    if (privacy.epsilon != null) {
      session
          .console()
          .out()
          .println(
              joined.epsilon().isPresent()
                  ? String.format(
                      Locale.ROOT,
                      "Privacy of each row: epsilon %.2f in all rounds of this site so far.",
                      joined.epsilon().getAsDouble())
                  : "An earlier round of this site had no noise, so nothing is promised of its"
                      + " rows.");
    }
  }

  private void showJson(Round round, SiteFit.Joined joined, Instant start) {
    if (in.common.json) {
      JsonResult json =
          new JsonResult("federate join")
              .put("round", round.number())
              .put("site", in.site.site)
              .put("rows", joined.rows())
              .put("bytes", joined.bytes())
              .put("test", joined.after());
      if (!joined.before().isEmpty()) {
        json.put("testBefore", joined.before());
      }
      joined.epsilon().ifPresent(found -> json.put("epsilon", found));
      json.print(session.console(), session.secondsSince(start));
    }
  }
}
