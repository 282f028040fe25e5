package io.haori.cli.module;

import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.core.check.UserError;
import io.haori.registry.Credentials;
import io.haori.registry.store.RegistryLocation;
import io.haori.registry.transfer.Restoration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code haori module restore}: a registry out of a backup. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Makes a registry of a backup, in a new folder or an empty database.",
    footerHeading = "%nExample:%n",
    footer = "  haori module restore registry.zip --registry new")
final class RestoreCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "FILE", description = "From haori module backup.")
  Path file;

  @Mixin final RegistryOptions options = new RegistryOptions();

  RestoreCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    RegistryLocation location = options.location(context);
    Credentials credentials = RegistryAddress.credentials(context);
    long entries;
    try (Progress progress = options.progress(context, "restore", size())) {
      entries =
          new Restoration(file)
              .restore(location, credentials.databasePassword(), bytes -> progress.at(bytes, ""));
    }
    options.tell(
        context,
        location + " is restored with " + entries + " log entries; haori module verify checks it.");
    options.print(
        context,
        new JsonResult("module restore").put("registry", location.shown()).put("entries", entries),
        start);
    return ExitCode.DONE;
  }

  private long size() {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }
}
