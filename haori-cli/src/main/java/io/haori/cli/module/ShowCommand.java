package io.haori.cli.module;

import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.registry.Registry;
import io.haori.registry.VersionView;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.lifecycle.RecordedEvaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.ModuleVersion;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code haori module show}: all that is known of a version. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Shows all that is known of a version: origin, scores, who did what with it and why,"
            + " parents, files.",
    footerHeading = "%nExample:%n",
    footer = "  haori module show tickets@live")
final class ShowCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "MODULE", description = "For example food@3 or food@live.")
  String module;

  @Mixin final RegistryOptions options = new RegistryOptions();

  ShowCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    ModuleReference reference = ModuleReference.parse(module);
    try (Registry registry = options.open(context)) {
      VersionView view = registry.modules().show(reference);
      List<RecordedEvaluation> evaluations = registry.lifeCycle().evaluations(view.version().id());
      List<AuditEntry> history = history(registry, view.version().id());
      options.table(context, table(view, evaluations, history));
      JsonResult json = new JsonResult("module show");
      Answers.of(view, evaluations).forEach(json::put);
      json.put("history", history.stream().map(Answers::of).toList());
      options.print(context, json, start);
    }
    return ExitCode.DONE;
  }

  /** What was done with this very version, in the order of time. */
  private static List<AuditEntry> history(Registry registry, VersionId id) {
    return registry.maintenance().history(id.name(), Integer.MAX_VALUE).stream()
        .filter(entry -> entry.version() == id.number())
        .toList();
  }

  private static Table table(
      VersionView view, List<RecordedEvaluation> evaluations, List<AuditEntry> history) {
    ModuleVersion version = view.version();
    Table table = new Table(version.id().toString(), view.status().state().word()).keyed();
    if (!view.live().isEmpty()) {
      table.row("live as", String.join(", ", view.live().stream().map(LiveTarget::alias).toList()));
    }
    table.row("added", Answers.moment(version.created()) + " by " + version.author());
    table.row("method", version.origin().method());
    table.row("base", version.origin().baseName() + " " + version.origin().baseDigest());
    table.row("made with", version.origin().codeVersion());
    if (version.origin().seed() != null) {
      table.row("seed", version.origin().seed() + " ");
    }
    version.origin().data().forEach((split, digest) -> table.row("data, " + split, digest));
    version
        .origin()
        .metrics()
        .forEach((split, scores) -> table.row("reported, " + split, Answers.scores(scores)));
    for (RecordedEvaluation one : evaluations) {
      String data = one.evaluation().dataName() + " (" + one.evaluation().split() + ")";
      table.row("measured, " + data, Answers.scores(one.evaluation().scores()));
    }
    for (AuditEntry entry : history) {
      String refused = entry.outcome().equals(AuditEntry.DONE) ? "" : "refused: ";
      String who = Answers.moment(entry.happened()) + " by " + entry.actor();
      table.row(refused + entry.action(), who + " " + LogText.of(entry));
    }
    version
        .origin()
        .settings()
        .forEach((name, value) -> table.row("setting, " + name, String.valueOf(value)));
    version
        .parents()
        .forEach(parent -> table.row(parent.relation().shown(), parent.id().toString()));
    view.children().forEach(child -> table.row("used by", child.toString()));
    version.files().forEach(file -> table.row(file.path(), file.blob().digest()));
    table.row(
        "size", Answers.bytes(version.bytes()) + (view.status().purged() ? ", deleted" : " "));
    return table;
  }
}
