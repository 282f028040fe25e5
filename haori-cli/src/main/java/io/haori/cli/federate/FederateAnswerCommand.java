package io.haori.cli.federate;

import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.check.UserError;
import io.haori.training.federated.SecureRound;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code haori federate answer}: a site's answer to what was collected in a secure round. */
@Command(
    name = "answer",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Answers what haori federate collect gathered: to the keys of all sites with shares of this"
          + " site's secrets, to the masked updates with the shares that take the masks out of"
          + " their sum. No rows are read."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  haori federate answer round0 all.1 --site a --out a.shares",
      "  haori federate answer round0 all.3 --site a --out a.opens"
    })
public final class FederateAnswerCommand implements Callable<Integer> {
  private static final int SHARES = 1;

  private final Session session;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "File of haori federate collect (default: with --server, the one that it has).")
  @Nullable Path collected;

  @Mixin final SiteInRound in = new SiteInRound();

  /** A command of a session. */
  public FederateAnswerCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    in.check();
    try (RoundSource source = in.open(session)) {
      answer(source, start);
    }
    return ExitCode.DONE;
  }

  private void answer(RoundSource source, Instant start) {
    SecureRound round = new SecureRound(source.folder());
    Path all = source.collected(collected);
    if (all == null) {
      throw new UserError("FILE must be given without --server, got nothing");
    }
    int step = round.answer(all, in.site.site, in.site.keyFile(), in.site.out);
    session
        .console()
        .out()
        .println(
            step == SHARES
                ? "Shares of the secrets of "
                    + in.site.site
                    + " in "
                    + in.site.out
                    + ", each sealed for one site: hand in this file."
                : "What "
                    + in.site.site
                    + " knows of the masks is in "
                    + in.site.out
                    + ": hand in this file. It opens the sum and no single update.");
    source.handIn(in.site.out);
    if (in.common.json) {
      new JsonResult("federate answer")
          .put("site", in.site.site)
          .put("step", step)
          .print(session.console(), session.secondsSince(start));
    }
  }
}
