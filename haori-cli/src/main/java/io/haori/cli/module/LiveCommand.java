package io.haori.cli.module;

import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.core.check.UserError;
import io.haori.registry.Registry;
import io.haori.registry.lifecycle.AliasMove;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori module live}: what is or was live. */
@Command(
    name = "live",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Shows what is live, or was at a moment.",
    footerHeading = "%nExample:%n",
    footer = "  haori module live --at 2026-10-01T12:00Z")
final class LiveCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(
      names = "--at",
      paramLabel = "MOMENT",
      description = "For example 2026-10-01T12:00Z (default: now).")
  @Nullable String at;

  @Mixin final RegistryOptions options = new RegistryOptions();

  LiveCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    Instant moment = at == null ? start : moment(at);
    try (Registry registry = options.open(context)) {
      List<AliasMove> live = registry.lifeCycle().liveAt(moment);
      Table table = new Table("module", "is live as", "since (UTC)", "by", "why");
      for (AliasMove move : live) {
        table.row(
            move.name() + "@" + move.version(),
            move.target().alias(),
            Answers.moment(move.happened()),
            move.actor(),
            move.reason());
      }
      options.table(context, table);
      options.print(
          context,
          new JsonResult("module live")
              .put("at", moment.toString())
              .put("live", live.stream().map(Answers::of).toList()),
          start);
    }
    return ExitCode.DONE;
  }

  private static Instant moment(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new UserError("--at must be a moment like 2026-10-01T12:00Z, got " + text, e);
    }
  }
}
