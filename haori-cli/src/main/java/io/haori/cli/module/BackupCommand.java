package io.haori.cli.module;

import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.core.check.Check;
import io.haori.registry.Registry;
import io.haori.registry.transfer.Backup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori module backup}: all of a registry in a file. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes all of a registry into a file, as of one moment; others may continue to work.",
    footerHeading = "%nExample:%n",
    footer = "  haori module backup --out registry.zip")
final class BackupCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(names = "--out", paramLabel = "FILE", required = true, description = "A new file.")
  Path out;

  @Mixin final RegistryOptions options = new RegistryOptions();

  BackupCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    Check.require(!Files.exists(out), "--out", "a new file", out + " (it exists)");
    try (Registry registry = options.open(context)) {
      Backup.Written written;
      try (Progress progress =
          options.progress(context, "backup", registry.maintenance().blobBytes())) {
        written = registry.backup().write(out, bytes -> progress.at(bytes, ""));
      }
      options.tell(
          context,
          out
              + " holds "
              + written.entries()
              + " log entries and "
              + written.blobs()
              + " blobs, "
              + Answers.bytes(written.bytes())
              + ".");
      options.print(
          context,
          new JsonResult("module backup")
              .put("entries", written.entries())
              .put("blobs", written.blobs())
              .put("bytes", written.bytes()),
          start);
    }
    return ExitCode.DONE;
  }
}
