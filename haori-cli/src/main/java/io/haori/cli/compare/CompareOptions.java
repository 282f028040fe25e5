package io.haori.cli.compare;

import static io.haori.core.check.Check.require;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.analysis.comparison.MethodComparison;
import io.haori.cli.options.BudgetOptions;
import io.haori.cli.options.MethodNames;
import io.haori.cli.options.MethodOptions;
import io.haori.cli.options.RowsOptions;
import io.haori.cli.options.SettingsMap;
import io.haori.cli.output.RunRecord;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Task;
import io.haori.training.comparison.ComparedMethod;
import io.haori.training.comparison.ComparisonPlan;
import io.haori.training.data.Dataset;
import io.haori.training.task.TuneSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which methods are compared, how often each is run and whether differences are tested. */
final class CompareOptions {
  @Option(
      names = "--methods",
      paramLabel = "A,B,…",
      split = ",",
      completionCandidates = MethodNames.class,
      description =
          "Of ${COMPLETION-CANDIDATES}; the table compares the others with the first (default:"
              + " those of --settings).")
  List<String> methods = new ArrayList<>();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Runs of each method, from --seed upwards (default: those of --settings, else"
              + " ${DEFAULT-VALUE}).")
  int seeds;

  @Option(
      names = "--no-test",
      description = "Make no tests, which need at least two seeds and two methods.")
  boolean noTest;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description =
          "Take methods, their settings and seeds from a JSON file of a plan, as --json prints it;"
              + " what is given here counts more (default: none).")
  @Nullable Path settings;

  @Mixin final RowsOptions rows = new RowsOptions();

  @Mixin final BudgetOptions budget = new BudgetOptions();

  private @Nullable PlanFile plan;

  /**
   * Takes what was not given from the plan of {@code --settings}, before anything else is asked.
   *
   * @param spec of the command that runs
   * @throws UserError when the plan is wrong, or names no method that is wanted
   */
  void fill(CommandSpec spec) {
    if (settings == null) {
      require(!methods.isEmpty(), "--methods", "given, or a plan by --settings", "neither");
      return;
    }
    plan = PlanFile.read(settings, spec, budget);
    methods = plan.names(methods);
    seeds = plan.count(seeds);
  }

  /** Refuses values out of their bounds, before anything is read or loaded. */
  void check() {
    rows.check();
    Set<String> seen = new HashSet<>();
    for (String method : methods) {
      List<String> known = plan == null ? MethodCatalogue.names() : plan.names(List.of());
      require(known.contains(method), "--methods", "of " + String.join(", ", known), method);
      require(seen.add(method), "--methods", "different ones", method + " twice");
    }
    if (noTest) {
      require(seeds >= 1, "--seeds", "at least 1", seeds);
    } else {
      require(seeds >= 2, "--seeds", "at least 2 (1 with --no-test)", seeds);
      require(
          methods.size() >= 2, "--methods", "at least two (one with --no-test)", methods.get(0));
    }
    compared(DType.F32, TaskCatalogue.CLASSIFICATION);
  }

  /** Refuses data on which no test could ever find anything. */
  void check(Dataset data) {
    int rows = data.test().rows().size();
    int needed =
        noTest ? 1 : MethodComparison.rowsNeeded(methods.size() * (methods.size() - 1) / 2, seeds);
    if (rows < needed) {
      throw Check.in(
          data.test().path(),
          "must have at least "
              + needed
              + " rows for tests of "
              + methods.size()
              + " methods (any number with --no-test), got "
              + rows);
    }
  }

  /** Methods and seeds. */
  ComparisonPlan plan(DType precision, Task task, long seed) {
    return new ComparisonPlan(compared(precision, task), seeds(seed));
  }

  /** What {@code --out} remembers of the plan: more of these adds runs and loses none. */
  Map<String, String> record() {
    return Map.of("--settings", plan == null ? RunRecord.NONE : plan.record());
  }

  /** The methods with their settings. */
  private List<ComparedMethod> compared(DType precision, Task task) {
    if (plan != null) {
      return plan.compared(methods);
    }
    List<ComparedMethod> compared = new ArrayList<>();
    for (String name : methods) {
      SettingsMap settings = new SettingsMap(settingsOf(name));
      AdapterMethod method = MethodOptions.method(name, settings, Map.of());
      double rate = settings.number(name + ".learningRate", method.usualLearningRate());
      compared.add(
          new ComparedMethod(name, settings(name, method, rate, settings, precision, task)));
      settings.requireAllTaken();
    }
    return compared;
  }

  private TuneSettings settings(
      String name,
      AdapterMethod method,
      double rate,
      SettingsMap settings,
      DType precision,
      Task task) {
    try {
      return budget.settings(method, rate, settings, 0, precision, task);
    } catch (UserError e) {
      // Every method has a rate of its own here, so the sentence must say whose is meant.
      String sentence = Objects.requireNonNullElse(e.getMessage(), "");
      throw new UserError(sentence.replaceFirst("^training(?=\\.learningRate)", name), e);
    }
  }

  /** All settings but those of the other methods. */
  private Map<String, String> settingsOf(String name) {
    Map<String, String> ours = new LinkedHashMap<>(budget.set);
    for (String other : methods) {
      if (!other.equals(name)) {
        ours.keySet().removeIf(key -> key.startsWith(other + "."));
      }
    }
    return ours;
  }

  private List<Long> seeds(long first) {
    return plan == null
        ? LongStream.range(first, first + seeds).boxed().toList()
        : plan.seeds(first, seeds);
  }
}
