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
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Task;
import io.haori.training.comparison.ComparedMethod;
import io.haori.training.data.Dataset;
import io.haori.training.task.TuneSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which methods are compared, how often each is run and whether differences are tested. */
final class CompareOptions {
  @Option(
      names = "--methods",
      paramLabel = "A,B,…",
      required = true,
      split = ",",
      completionCandidates = MethodNames.class,
      description = "Of ${COMPLETION-CANDIDATES}; the table compares the others with the first.")
  List<String> methods;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each method, from --seed upwards (default: ${DEFAULT-VALUE}).")
  int seeds;

  @Option(
      names = "--no-test",
      description = "Make no tests, which need at least two seeds and two methods.")
  boolean noTest;

  @Mixin final RowsOptions rows = new RowsOptions();

  @Mixin final BudgetOptions budget = new BudgetOptions();

  /** Refuses values out of their bounds, before anything is read or loaded. */
  void check() {
    rows.check();
    Set<String> seen = new HashSet<>();
    for (String method : methods) {
      List<String> known = MethodCatalogue.names();
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

  /** The methods with their settings. */
  List<ComparedMethod> compared(DType precision, Task task) {
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

  /** The seeds of each method's runs. */
  List<Long> seeds(long first) {
    return LongStream.range(first, first + seeds).boxed().toList();
  }
}
