package io.haori.cli.module;

import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.registry.Registry;
import io.haori.registry.audit.AuditEntry;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code haori module log}: the log of the whole registry. */
@Command(
    name = "log",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Shows what happened in the registry, refused attempts included.",
    footerHeading = "%nExample:%n",
    footer = "  haori module log --limit 20")
final class LogCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin final LimitOption limit = new LimitOption();

  @Mixin final RegistryOptions options = new RegistryOptions();

  LogCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    limit.check();
    try (Registry registry = options.open(context)) {
      List<AuditEntry> entries = registry.maintenance().log(limit.entries);
      options.table(context, table(entries));
      long all = registry.maintenance().entries();
      if (all > entries.size()) {
        options.tell(
            context,
            "The last "
                + entries.size()
                + " of "
                + all
                + " entries; --limit "
                + all
                + " shows all.");
      }
      options.print(
          context,
          new JsonResult("module log")
              .put("total", all)
              .put("entries", entries.stream().map(Answers::of).toList()),
          start);
    }
    return ExitCode.DONE;
  }

  /** Entries as a person reads them, the oldest first. */
  static Table table(List<AuditEntry> entries) {
    Table table = new Table("when (UTC)", "who", "what", "module", "outcome", "details");
    for (AuditEntry entry : entries) {
      table.row(
          Answers.moment(entry.happened()),
          entry.actor(),
          entry.action(),
          entry.module() + (entry.version() == 0 ? "" : "@" + entry.version()),
          entry.outcome(),
          LogText.of(entry));
    }
    return table;
  }
}
