package io.haori.cli.federate;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.TrainingOptions;
import io.haori.cli.output.ForceOption;
import io.haori.cli.output.OutFolder;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.training.federated.Aggregation;
import io.haori.training.federated.Round;
import io.haori.training.federated.RoundFolder;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori federate init}: writes what all sites agree on. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes round 0: base, method and settings for all sites. Nothing is learnt yet.",
    footerHeading = "%nExample:%n",
    footer = "  haori federate init --base minilm --rank 8 --aggregate stack --out round0")
public final class FederateInitCommand implements Callable<Integer> {
  private static final int NAME_BYTES = 16;

  private final Session session;

  @Spec CommandSpec spec;

  @Option(
      names = "--aggregate",
      paramLabel = "HOW",
      defaultValue = "stack",
      description =
          "stack (exact mean of the updates, cut to the rank), shared-a (one random A for all, B"
              + " alone is learnt; the mean is exact), secure (the same with masks, so that nobody"
              + " sees a single site's part) or average (A and B apart, not exact; to compare with)"
              + " (default: ${DEFAULT-VALUE}).")
  String aggregate;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Gets the round; a new or empty folder.")
  Path out;

  @Mixin final ForceOption force = new ForceOption();

  @Mixin final TrainingOptions training = new TrainingOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public FederateInitCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    training.fill(spec, false);
    common.check();
    training.run.budget.on(common.baseOr(CommonOptions.DEFAULT_BASE), common);
    training.check();
    training.hyper.requireNone();
    Aggregation how = Aggregation.parse("--aggregate", aggregate);
    OutFolder.requireReplaceable(out, force.force);
    session.claim(out);
    EngineSetup engine = new EngineSetup(session, common);
    TuneSettings settings =
        training.settings(common.seed, engine.precision(), TaskCatalogue.CLASSIFICATION);
    require(
        settings.method().scalesUpdates()
            && settings.method().addsToOutput()
            && settings.method().settings().containsKey("rank")
            && settings.method().builtOn().isEmpty(),
        "--method",
        "lora, whose updates add up",
        settings.method().name());
    try (TextBase base =
        engine.open(common.baseOr(CommonOptions.DEFAULT_BASE), settings.baseForm())) {
      byte[] name = new byte[NAME_BYTES];
      new SecureRandom().nextBytes(name);
      Round round =
          new Round(
              0,
              HexFormat.of().formatHex(name),
              new Round.Base(base.name(), base.digest()),
              settings,
              how,
              List.of());
      RoundFolder.begin(out, round);
      session
          .console()
          .out()
          .println(
              "Round 0 in "
                  + out
                  + ": give this folder to every site, which runs haori federate "
                  + (how == Aggregation.SECURE ? "enroll " : "join ")
                  + out
                  + " --data DIR --site NAME --out "
                  + (how == Aggregation.SECURE ? "NAME.keys" : "NAME.update"));
      if (common.json) {
        new JsonResult("federate init")
            .put("round", 0)
            .put("federation", round.federation())
            .put("aggregation", how.word())
            .print(session.console(), session.secondsSince(start));
      }
    }
    return ExitCode.DONE;
  }
}
