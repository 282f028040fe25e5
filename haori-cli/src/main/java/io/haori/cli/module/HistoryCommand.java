package io.haori.cli.module;

import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.registry.Registry;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.name.ModuleName;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code haori module history}: the log of one module. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Shows what happened to a module: who, when, why.",
    footerHeading = "%nExample:%n",
    footer = "  haori module history tickets")
final class HistoryCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "NAME", description = "Name of the module.")
  String module;

  @Mixin final LimitOption limit = new LimitOption();

  @Mixin final RegistryOptions options = new RegistryOptions();

  HistoryCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    limit.check();
    try (Registry registry = options.open(context)) {
      List<AuditEntry> entries =
          registry.maintenance().history(new ModuleName(module), limit.entries);
      options.table(context, LogCommand.table(entries));
      options.print(
          context,
          new JsonResult("module history")
              .put("entries", entries.stream().map(Answers::of).toList()),
          start);
    }
    return ExitCode.DONE;
  }
}
