package io.haori.cli.anomaly;

import static io.haori.core.check.Check.require;

import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.inference.anomaly.AnomalyFolder;
import io.haori.registry.version.ModuleVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori anomaly threshold}: the same detector with another threshold. */
@Command(
    name = "threshold",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a detector anew with another threshold, for example one that anomaly evaluate shows."
          + " What it has learnt is the same."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  haori anomaly threshold --model reg:castings-normal@live --threshold 12.5 --name"
            + " castings-normal")
public final class AnomalyThresholdCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Mixin final DetectorModel model = new DetectorModel();

  @Option(
      names = "--threshold",
      paramLabel = "X",
      required = true,
      description = "A picture with a higher score is anomalous.")
  double threshold;

  @Mixin final DetectorOut made = new DetectorOut();

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public AnomalyThresholdCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    require(
        threshold >= 0 && threshold <= Double.MAX_VALUE,
        "--threshold",
        "finite and at least 0",
        threshold);
    Path out = made.folder(spec);
    try (CheckedOut source = CheckedOut.of(model.name, made.registry, session.context())) {
      double before = AnomalyFolder.threshold(source.folder());
      made.check(session);
      AnomalyFolder.writeWithThreshold(source.folder(), out, threshold);
      ModuleVersion version = made.register(session, out, source, before);
      show(before, out, version, start);
    }
    return ExitCode.DONE;
  }

  private void show(double before, Path out, @Nullable ModuleVersion version, Instant start) {
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "A picture is anomalous with a score above %.4g in %s, before: %.4g",
                threshold,
                made.place(out, version),
                before));
    if (common.json) {
      JsonResult result = new JsonResult("anomaly threshold").put("out", out.toString());
      RegisterOptions.put(result, version);
      result
          .put("threshold", threshold)
          .put("before", before)
          .print(session.console(), session.secondsSince(start));
    }
  }
}
