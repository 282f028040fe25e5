package io.haori.cli.module;

import io.haori.check.UserError;
import io.haori.cli.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.registry.Registry;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.lifecycle.LifeCycle;
import io.haori.registry.name.NamePattern;
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
      "Says what approval asks of modules: a data set, a metric and a bound, or another person's"
          + " eyes. Without options but a pattern's, tells the rules."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori module rule food* --data tickets --at-least 0.9")
final class RuleCommand implements Callable<Integer> {
  private final Desk desk;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATTERN",
      description = "Modules it is about, for example food* (default: none, the rules are listed).")
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
      description = "accuracy, macroF1, mcc, pearson or spearman (default: ${DEFAULT-VALUE}).")
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

  @Option(names = "--remove", description = "Drop the rules of the pattern.")
  boolean remove;

  @Mixin final RegistryOptions options = new RegistryOptions();

  RuleCommand(Desk desk) {
    this.desk = desk;
  }

  @Override
  public Integer call() {
    Instant start = desk.clock().instant();
    try (Registry registry = options.open(desk)) {
      if (pattern != null) {
        change(registry.lifeCycle(), new NamePattern(pattern));
      }
      List<ApprovalRule> rules = registry.lifeCycle().rules();
      List<String> eyes = registry.lifeCycle().fourEyes().stream().map(NamePattern::text).toList();
      Table table = new Table("modules", "approval asks for");
      for (ApprovalRule rule : rules) {
        String data = rule.dataName() + " (" + rule.split() + ")";
        table.row(
            rule.pattern().text(),
            rule.metric() + " on " + data + " of at least " + rule.atLeast());
      }
      eyes.forEach(one -> table.row(one, "another person than the author"));
      table.print(desk.console());
      options.print(
          desk,
          new JsonResult("module rule")
              .put("rules", rules.stream().map(RuleCommand::json).toList())
              .put("fourEyes", eyes),
          start);
    }
    return ExitCode.DONE;
  }

  private void change(LifeCycle lifeCycle, NamePattern about) {
    if (remove) {
      lifeCycle.dropRules(about);
    } else if (data != null) {
      if (atLeast == null) {
        throw new UserError("--at-least is missing: haori module rule needs it with --data");
      }
      lifeCycle.setRule(new ApprovalRule(about, data, split, metric, atLeast, dataDigest));
    } else if (fourEyes == null) {
      throw new UserError("--data is missing: haori module rule needs it, or --four-eyes");
    }
    if (fourEyes != null) {
      lifeCycle.setFourEyes(about, fourEyes);
    }
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
