package io.haori.cli.poc;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code haori poc status}: what was asked, found and decided so far. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Shows the stages of a proof of concept: what each one asks, what it found and decided, and"
            + " what it took beside what was expected.",
    footerHeading = "%nExample:%n",
    footer = "  haori poc status plan")
public final class PocStatusCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      paramLabel = "PLAN",
      arity = "0..1",
      defaultValue = "plan",
      description = "Folder that it was begun from (default: ${DEFAULT-VALUE}).")
  Path plan;

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public PocStatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Instant begin = session.clock().instant();
    common.check();
    try (OpenProof proof = OpenProof.of(plan, session.context())) {
      new StatusView(session, common, plan)
          .show("poc status", proof.story(), session.secondsSince(begin));
    }
    return ExitCode.DONE;
  }
}
