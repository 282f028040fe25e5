package io.haori.cli.federate;

import io.haori.cli.options.RowsOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.training.data.Dataset;
import io.haori.training.federated.SecureRound;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori federate enroll}: a site's first step in a secure round. */
@Command(
    name = "enroll",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "First step of a site in a round of --aggregate secure: makes keys for this round, keeps the"
          + " secret parts beside the site's key, and writes the public ones with the names of the"
          + " labels that the rows have."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori federate enroll round0 --data site-a --site a --out a.keys")
public final class FederateEnrollCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--data",
      paramLabel = "DIR|FILE",
      required = true,
      description = "Labelled rows of this site, as haori tune takes them.")
  Path data;

  @Mixin final RowsOptions rows = new RowsOptions();

  @Mixin final SiteInRound in = new SiteInRound();

  /** A command of a session. */
  public FederateEnrollCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    in.check();
    rows.check();
    try (RoundSource source = in.open(session)) {
      enroll(source, start);
    }
    return ExitCode.DONE;
  }

  private void enroll(RoundSource source, Instant start) throws IOException {
    source.requireAwaits(in.site.site, "keys");
    SecureRound round = new SecureRound(source.folder());
    Dataset dataset = rows.read(data, in.common.seed);
    List<String> labels = dataset.labels().heads().get(0).labels().names();
    round.enroll(in.site.site, labels, in.site.keyFile(), in.site.force.force, in.site.out);
    session
        .console()
        .out()
        .println(
            "Keys of "
                + in.site.site
                + " in "
                + in.site.out
                + ": hand in this file; the next step is for all sites together.");
    source.handIn(in.site.out);
    if (in.common.json) {
      new JsonResult("federate enroll")
          .put("site", in.site.site)
          .put("labels", labels)
          .print(session.console(), session.secondsSince(start));
    }
  }
}
