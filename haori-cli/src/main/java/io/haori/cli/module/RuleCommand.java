package io.haori.cli.module;

import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.core.check.UserError;
import io.haori.registry.Registry;
import io.haori.registry.combination.CombinationRule;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.lifecycle.LifeCycle;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.trial.LiveRule;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori module rule}: what approval asks for. */
@Command(
    name = "rule",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says what approval asks of modules: a bound for a metric on a data set, another person than"
          + " the author, or both; how much a module may lose beside others before a mix or merged"
          + " module of it becomes live; and from which accuracy by feedback on what is live is"
          + " rolled back. Without options, lists the rules: all, or those about PATTERN."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori module rule food* --data tickets --at-least 0.9",
      "  haori module rule food* --loss-at-most 0.01",
      "  haori module rule food* --live-at-least 0.8"
    })
final class RuleCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATTERN",
      description =
          "Modules that it is about, for example food* or one module (default: none, the rules are"
              + " listed).")
  @Nullable String pattern;

  @Option(
      names = "--data",
      paramLabel = "NAME",
      description = "Name of the data set, of its folder (default: none).")
  @Nullable String data;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = "test",
      description = "Its split (default: ${DEFAULT-VALUE}).")
  String split;

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      defaultValue = "accuracy",
      description =
          "A score of the task as evaluate shows it, such as accuracy, macroF1, mcc, microF1, f1,"
              + " pearson or spearman (default: ${DEFAULT-VALUE}).")
  String metric;

  @Option(
      names = "--at-least",
      paramLabel = "X",
      description = "Bound of the metric (default: none).")
  @Nullable Double atLeast;

  @Option(
      names = "--data-digest",
      paramLabel = "SHA256",
      description = "Only this very file of the split counts (default: any).")
  @Nullable String dataDigest;

  @Option(
      names = "--four-eyes",
      paramLabel = "true|false",
      arity = "1",
      description = "Whether another than the author must approve (default: as it is).")
  @Nullable Boolean fourEyes;

  @Option(
      names = "--loss-at-most",
      paramLabel = "X",
      description =
          "How much --metric may fall when the module acts together with others, as haori module"
              + " together measures it (default: not asked for).")
  @Nullable Double lossAtMost;

  @Option(
      names = "--live-at-least",
      paramLabel = "X",
      description =
          "Servers roll back what is live when its accuracy by feedback is certainly below X, in"
              + " (0, 1) (default: they do not).")
  @Nullable Double liveAtLeast;

  @Option(names = "--list", description = "Show the rules, all or those about PATTERN (default).")
  boolean list;

  @Option(names = "--remove", description = "Remove all rules of the pattern.")
  boolean remove;

  @Mixin final RegistryOptions options = new RegistryOptions();

  RuleCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    try (Registry registry = options.open(context)) {
      NamePattern about = pattern == null ? null : new NamePattern(pattern);
      boolean changes = changes();
      if (changes) {
        if (about == null) {
          throw new UserError(
              "PATTERN is missing: haori module rule needs it to set or remove a rule, for example"
                  + " 'food*'");
        }
        change(registry, about);
      }
      // After a change, all rules; a look may be about some of them.
      NamePattern shown = changes || about == null ? NamePattern.ALL : about;
      List<ApprovalRule> rules =
          registry.lifeCycle().rules().stream().filter(one -> meant(shown, one.pattern())).toList();
      List<String> eyes =
          registry.lifeCycle().fourEyes().stream()
              .filter(one -> meant(shown, one))
              .map(NamePattern::text)
              .toList();
      Table table = new Table("modules", "what is asked for");
      for (ApprovalRule rule : rules) {
        table.row(rule.pattern().text(), rule.asks());
      }
      eyes.forEach(one -> table.row(one, ApprovalRule.ANOTHER_PERSON));
      List<CombinationRule> beside =
          registry.combinations().rules().stream()
              .filter(one -> meant(shown, one.pattern()))
              .toList();
      beside.forEach(one -> table.row(one.pattern().text(), one.asks()));
      List<LiveRule> live =
          registry.trials().liveRules().stream()
              .filter(one -> meant(shown, one.pattern()))
              .toList();
      live.forEach(
          one ->
              table.row(
                  one.pattern().text(),
                  "once live, an accuracy by feedback of at least " + one.atLeast()));
      options.table(context, table);
      options.print(
          context,
          new JsonResult("module rule")
              .put("rules", rules.stream().map(RuleCommand::json).toList())
              .put("fourEyes", eyes)
              .put("beside", beside.stream().map(RuleCommand::json).toList())
              .put("live", live.stream().map(RuleCommand::json).toList()),
          start);
    }
    return ExitCode.DONE;
  }

  private boolean changes() {
    boolean sets =
        data != null
            || fourEyes != null
            || atLeast != null
            || dataDigest != null
            || lossAtMost != null
            || liveAtLeast != null;
    if (list && (remove || sets)) {
      throw new UserError("--list must be alone, got options that set or remove a rule");
    }
    return remove || sets;
  }

  /** Whether a rule's pattern is the one asked about, or is about the module asked about. */
  private static boolean meant(NamePattern asked, NamePattern rule) {
    return asked.equals(NamePattern.ALL)
        || asked.equals(rule)
        || (asked.text().indexOf('*') < 0 && rule.matches(new ModuleName(asked.text())));
  }

  private void change(Registry registry, NamePattern about) {
    LifeCycle lifeCycle = registry.lifeCycle();
    if (remove) {
      remove(registry, about);
    } else if (data != null) {
      if (atLeast == null) {
        throw new UserError("--at-least is missing: haori module rule needs it with --data");
      }
      lifeCycle.setRule(new ApprovalRule(about, data, split, metric, atLeast, dataDigest));
    } else if (atLeast != null || dataDigest != null) {
      throw new UserError("--data is missing: haori module rule needs it with a bound");
    }
    if (fourEyes != null) {
      lifeCycle.setFourEyes(about, fourEyes);
    }
    if (lossAtMost != null) {
      registry.combinations().setRule(new CombinationRule(about, metric, lossAtMost));
    }
    if (liveAtLeast != null) {
      registry.trials().setLiveRule(about, liveAtLeast);
    }
  }

  private static void remove(Registry registry, NamePattern about) {
    boolean beside =
        registry.combinations().rules().stream().anyMatch(one -> one.pattern().equals(about));
    boolean live =
        registry.trials().liveRules().stream().anyMatch(one -> one.pattern().equals(about));
    boolean approval =
        registry.lifeCycle().fourEyes().contains(about)
            || registry.lifeCycle().rules().stream().anyMatch(one -> one.pattern().equals(about));
    if (beside) {
      registry.combinations().dropRule(about);
    }
    if (live) {
      registry.trials().dropLiveRule(about);
    }
    if (approval || !(beside || live)) {
      // Refused where there is no rule at all.
      registry.lifeCycle().dropRules(about);
    }
  }

  private static Map<String, Object> json(CombinationRule rule) {
    return Map.of(
        "pattern", rule.pattern().text(), "metric", rule.metric(), "atMost", rule.atMost());
  }

  private static Map<String, Object> json(LiveRule rule) {
    return Map.of("pattern", rule.pattern().text(), "atLeast", rule.atLeast(), "by", rule.actor());
  }

  private static Map<String, Object> json(ApprovalRule rule) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("pattern", rule.pattern().text());
    json.put("data", rule.dataName());
    json.put("split", rule.split());
    json.put("metric", rule.metric());
    json.put("atLeast", rule.atLeast());
    if (rule.dataDigest() != null) {
      json.put("dataDigest", rule.dataDigest());
    }
    return json;
  }
}
