package io.haori.cli.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.cli.options.BudgetOptions;
import io.haori.cli.options.SettingsFile;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.core.json.JsonFile;
import io.haori.training.comparison.ComparedMethod;
import io.haori.training.comparison.ComparisonPlan;
import io.haori.training.task.TuneSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The plan of a comparison out of a JSON file, with what the command line gives instead.
 *
 * @param plan as in the file, its settings with those of the command line
 * @param countGiven whether the command line says how many seeds there are
 * @param firstGiven whether the command line says which seed is the first
 */
record PlanFile(ComparisonPlan plan, boolean countGiven, boolean firstGiven) {
  private static final long MAX_BYTES = 50_000_000;
  private static final String PLAN = "plan";
  private static final String RATE = "learningRate";

  /**
   * Reads a plan.
   *
   * @param file with a plan, or with one as its {@code plan}
   * @param spec of the command that runs
   * @param budget what was given counts for every method
   * @throws UserError in the file's name when the plan is wrong
   */
  static PlanFile read(Path file, CommandSpec spec, BudgetOptions budget) {
    ComparisonPlan stored = stored(file);
    Map<String, Object> ofAll = given(spec, budget);
    List<ComparedMethod> methods = new ArrayList<>();
    for (ComparedMethod method : stored.methods()) {
      ObjectNode settings = method.settings().toJson();
      ofAll.forEach((name, value) -> put(settings, method, stored, name, String.valueOf(value)));
      methods.add(new ComparedMethod(method.name(), TuneSettings.fromJson(settings)));
    }
    ComparisonPlan plan = new ComparisonPlan(methods, stored.seeds());
    return new PlanFile(plan, given(spec, "--seeds"), given(spec, "--seed"));
  }

  private static ComparisonPlan stored(Path file) {
    ObjectNode json = JsonFile.readObject(file, MAX_BYTES);
    try {
      return ComparisonPlan.fromJson(json.has(PLAN) ? json.get(PLAN) : json);
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  private static boolean given(CommandSpec spec, String option) {
    return SettingsFile.given(spec, spec.findOption(option));
  }

  /** What the command line gives, by the names of settings. */
  private static Map<String, Object> given(CommandSpec spec, BudgetOptions budget) {
    Map<String, Object> all = new TreeMap<>(budget.set);
    for (String option :
        List.of(
            "--epochs",
            "--batch-size",
            "--max-length",
            "--patience",
            "--precision",
            "--base-precision")) {
      if (given(spec, option)) {
        all.put(SettingsFile.settingOf(option), spec.findOption(option).<Object>getValue());
      }
    }
    all.values().removeIf(value -> value.equals("auto"));
    return all;
  }

  /** Puts a setting, unless its name is that of another method of the plan. */
  private static void put(
      ObjectNode settings, ComparedMethod method, ComparisonPlan plan, String name, String value) {
    String kind = method.settings().method().name();
    String owner = name.contains(".") ? name.substring(0, name.indexOf('.')) : kind;
    String own = name.substring(name.indexOf('.') + 1);
    boolean ours = owner.equals(method.name()) || owner.equals(kind);
    boolean anothers =
        plan.methods().stream()
            .anyMatch(m -> owner.equals(m.name()) || owner.equals(m.settings().method().name()));
    if (settings.has(name) || !anothers) {
      settings.put(name, value);
    } else if (ours) {
      settings.put(own.equals(RATE) ? "training." + RATE : kind + "." + own, value);
    }
  }

  /**
   * The methods that are compared.
   *
   * @param wanted names of some; none for all
   */
  List<String> names(List<String> wanted) {
    return wanted.isEmpty() ? plan.methods().stream().map(ComparedMethod::name).toList() : wanted;
  }

  /** The methods of these names, with their settings. */
  List<ComparedMethod> compared(List<String> names) {
    return names.stream()
        .map(name -> plan.methods().stream().filter(m -> m.name().equals(name)).findFirst())
        .map(found -> found.orElseThrow())
        .toList();
  }

  /** How many seeds there are: as many as the file has, unless a number was given. */
  int count(int given) {
    return countGiven ? given : plan.seeds().size();
  }

  /** The seeds of each method's runs: the file's, unless others were given. */
  List<Long> seeds(long first, int count) {
    return firstGiven || countGiven
        ? LongStream.range(first, first + count).boxed().toList()
        : plan.seeds();
  }

  /** Each method with a digest of its settings, and each seed, with commas between. */
  String record() {
    List<String> all = new ArrayList<>();
    for (ComparedMethod method : plan.methods()) {
      all.add(
          method.name() + " " + Sha256.of(method.settings().toJson().toString()).substring(0, 12));
    }
    if (!firstGiven && !countGiven) {
      plan.seeds().forEach(seed -> all.add("seed " + seed));
    }
    return String.join(",", all);
  }
}
