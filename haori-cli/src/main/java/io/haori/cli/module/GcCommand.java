package io.haori.cli.module;

import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.check.Check;
import io.haori.registry.Maintenance.Sweep;
import io.haori.registry.Registry;
import io.haori.registry.name.VersionId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori module gc}: deletes what nobody needs. */
@Command(
    name = "gc",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Deletes the files of retired versions; what is known of them stays.",
    footerHeading = "%nExample:%n",
    footer = "  haori module gc --retired-before-days 30 --dry-run")
final class GcCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(
      names = "--retired-before-days",
      paramLabel = "N",
      defaultValue = "0",
      description = "Only of versions that were retired so long ago (default: ${DEFAULT-VALUE}).")
  int days;

  @Option(names = "--dry-run", description = "Only show what would be deleted.")
  boolean dryRun;

  @Mixin final RegistryOptions options = new RegistryOptions();

  GcCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    Check.require(days >= 0, "--retired-before-days", "at least 0", days);
    try (Registry registry = options.open(context)) {
      Sweep sweep = registry.maintenance().sweep(Duration.ofDays(days), dryRun);
      String versions =
          sweep.versions().isEmpty()
              ? "of no version"
              : "of "
                  + String.join(", ", sweep.versions().stream().map(VersionId::toString).toList());
      options.tell(
          context,
          (dryRun ? "Would delete " : "Deleted ")
              + sweep.blobs()
              + " blobs ("
              + Answers.bytes(sweep.bytes())
              + ") "
              + versions
              + ".");
      options.print(
          context,
          new JsonResult("module gc")
              .put("dryRun", dryRun)
              .put("versions", sweep.versions().stream().map(VersionId::toString).toList())
              .put("blobs", sweep.blobs())
              .put("bytes", sweep.bytes()),
          start);
    }
    return ExitCode.DONE;
  }
}
