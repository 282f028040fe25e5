package io.haori.cli.module;

import io.haori.cli.registry.LiveTargetOption;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.core.check.UserError;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.trial.Trial;
import io.haori.registry.trial.TrialKind;
import io.haori.registry.trial.TrialRule;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori module trial}: a candidate beside what is live. */
@Command(
    name = "trial",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tries a version beside the one that is live, by servers on this registry: it answers a share"
          + " of the requests, or computes all of them in the shadow. Feedback decides. Without"
          + " MODULE@N, lists the trials."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori module trial food@4 --share 0.2 --rule stop --reason \"newer data\"",
      "  haori module trial --end 17 --reason \"seen enough\""
    })
final class TrialCommand implements Callable<Integer> {
  private static final double USUAL_SHARE = 0.1;

  private final CommandContext context;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODULE@N",
      description = "The candidate, for example food@4 (default: none, the trials are listed).")
  @Nullable String module;

  @Option(
      names = "--share",
      paramLabel = "X",
      description = "The share of requests that it answers, in (0, 1) (default: 0.1).")
  @Nullable Double share;

  @Option(names = "--shadow", description = "It computes all requests and answers none.")
  boolean shadow;

  @Option(
      names = "--rule",
      paramLabel = "NAME",
      defaultValue = "report",
      description =
          "report: nothing happens by itself; stop: a worse candidate is ended; decide: that, and a"
              + " better one becomes live (default: ${DEFAULT-VALUE}).")
  String rule;

  @Option(
      names = "--end",
      paramLabel = "N",
      description = "End the trial of this number (default: none).")
  @Nullable Long end;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for the log; needed to begin or end a trial (default: none).")
  @Nullable String reason;

  @Mixin final LiveTargetOption target = new LiveTargetOption();

  @Mixin final RegistryOptions options = new RegistryOptions();

  TrialCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    if (module != null && end != null) {
      throw new UserError("--end must be given without MODULE@N, got both");
    }
    if (shadow && share != null) {
      throw new UserError("--share must be left out with --shadow, got " + share);
    }
    if ((module != null || end != null) && reason == null) {
      throw new UserError("--reason is missing: haori module trial needs it to begin or end one");
    }
    String why = Objects.requireNonNullElse(reason, "");
    try (Registry registry = options.open(context)) {
      if (module != null) {
        Trial made =
            registry
                .trials()
                .start(
                    ModuleReference.parseVersion(module),
                    target.target(),
                    shadow ? TrialKind.SHADOW : TrialKind.SHARE,
                    share == null ? USUAL_SHARE : share,
                    TrialRule.of(rule),
                    why);
        options.tell(
            context,
            "Trial "
                + made.id()
                + ": "
                + made.candidate()
                + " beside "
                + made.live()
                + ", "
                + (shadow ? "in the shadow" : "a share of " + made.share())
                + ".");
      } else if (end != null) {
        boolean ran = registry.trials().end(end, why);
        options.tell(context, "Trial " + end + (ran ? " is ended." : " had ended before."));
      }
      show(registry.trials().all(), start);
    }
    return ExitCode.DONE;
  }

  private void show(List<Trial> trials, Instant start) {
    Table table = new Table("trial", "live", "candidate", "kind", "share", "rule", "by", "result");
    for (Trial one : trials) {
      table.row(
          String.valueOf(one.id()),
          one.live().toString(),
          one.candidate().toString(),
          one.kind().word(),
          String.valueOf(one.share()),
          one.rule().word(),
          one.actor(),
          Objects.requireNonNullElse(one.result(), "runs"));
    }
    if (module == null && end == null) {
      options.table(context, table);
    }
    options.print(
        context,
        new JsonResult("module trial")
            .put("trials", trials.stream().map(TrialCommand::json).toList()),
        start);
  }

  private static Map<String, Object> json(Trial trial) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("trial", trial.id());
    json.put("target", trial.target().alias());
    json.put("live", trial.live().toString());
    json.put("candidate", trial.candidate().toString());
    json.put("kind", trial.kind().word());
    json.put("share", trial.share());
    json.put("rule", trial.rule().word());
    json.put("started", trial.started().toString());
    json.put("actor", trial.actor());
    json.put("reason", trial.reason());
    json.put("result", trial.result());
    return json;
  }
}
