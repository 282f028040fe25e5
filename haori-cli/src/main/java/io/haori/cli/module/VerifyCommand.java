package io.haori.cli.module;

import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.core.check.UserError;
import io.haori.registry.Maintenance.Verification;
import io.haori.registry.Registry;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code haori module verify}: whether all is sound. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Checks the log and all blobs, and names the first break.",
    footerHeading = "%nExample:%n",
    footer = "  haori module verify")
final class VerifyCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin final RegistryOptions options = new RegistryOptions();

  VerifyCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    try (Registry registry = options.open(context)) {
      Verification found;
      try (Progress progress =
          options.progress(context, "verify", registry.maintenance().blobBytes())) {
        found = registry.maintenance().verify(bytes -> progress.at(bytes, ""));
      }
      if (found.firstBreak().isPresent()) {
        throw new UserError(registry.location() + ": " + found.firstBreak().get());
      }
      options.tell(
          context,
          String.format(
              Locale.ROOT,
              "%,d log entries, %,d versions and %,d blobs (%s) are sound.",
              found.entries(),
              found.versions(),
              found.blobs(),
              Answers.bytes(found.bytes())));
      options.print(
          context,
          new JsonResult("module verify")
              .put("entries", found.entries())
              .put("versions", found.versions())
              .put("blobs", found.blobs())
              .put("bytes", found.bytes()),
          start);
    }
    return ExitCode.DONE;
  }
}
