package io.haori.cli.module;

import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.registry.ModuleSummary;
import io.haori.registry.Registry;
import io.haori.registry.name.NamePattern;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori module list}: the modules in a table. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Lists the modules: newest version, its state, what is live where.",
    footerHeading = "%nExample:%n",
    footer = "  haori module list --names food*")
final class ListCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(
      names = "--names",
      paramLabel = "PATTERN",
      description = "Only these, for example food* (default: all).")
  @Nullable String names;

  @Mixin final RegistryOptions options = new RegistryOptions();

  ListCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    NamePattern pattern = names == null ? NamePattern.ALL : new NamePattern(names);
    try (Registry registry = options.open(context)) {
      List<ModuleSummary> modules =
          registry.modules().list().stream()
              .filter(one -> pattern.matches(one.newest().name()))
              .toList();
      Table table = new Table("module", "newest", "state", "live", "method", "size", "added", "by");
      for (ModuleSummary one : modules) {
        table.row(
            one.newest().name().text(),
            String.valueOf(one.newest().number()),
            one.state().word(),
            live(one.live()),
            one.method(),
            Answers.bytes(one.bytes()),
            Answers.moment(one.created()).substring(0, 10),
            one.author());
      }
      options.table(context, table);
      options.print(
          context,
          new JsonResult("module list").put("modules", modules.stream().map(Answers::of).toList()),
          start);
    }
    return ExitCode.DONE;
  }

  /** For example {@code 3, berlin 2}. */
  private static String live(Map<String, Integer> versions) {
    StringBuilder line = new StringBuilder();
    versions.forEach(
        (alias, version) ->
            line.append(line.isEmpty() ? "" : ", ")
                .append(alias.equals("live") ? "" : alias.substring("live/".length()) + " ")
                .append(version));
    return line.toString();
  }
}
