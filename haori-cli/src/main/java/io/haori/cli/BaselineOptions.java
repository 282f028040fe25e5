package io.haori.cli;

import static io.haori.check.Check.require;

import io.haori.adapter.baseline.FrozenMethod;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.Targets;
import io.haori.analysis.statistics.Interval;
import io.haori.check.UserError;
import io.haori.cli.terminal.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a mix is held against: the same task, seed and run, fitted in other ways. */
final class BaselineOptions {
  private static final String FROZEN = "frozen";
  private static final String LORA = "lora";
  private static final String SINGLE = "single";
  private static final String JOINT = "joint";
  private static final List<String> NAMES = List.of(FROZEN, LORA, SINGLE, JOINT);

  @Option(
      names = "--baselines",
      paramLabel = "NAMES",
      split = ",",
      description = {
        "Fit the task in other ways, too, and compare: frozen (the head alone), lora (a new LoRA on"
            + " all linear layers, without domain modules), single (the one module that does best"
            + " on validation), joint (the module of --joint)."
      })
  List<String> baselines = new ArrayList<>();

  @Option(
      names = "--joint",
      paramLabel = "DIR",
      description = "A module learnt from all domains together: pretrain --joint.")
  @Nullable Path jointModule;

  /** Refuses what is unknown or missing. */
  void check() {
    for (String one : baselines) {
      require(NAMES.contains(one), "--baselines", "some of " + String.join(", ", NAMES), one);
    }
    require(
        baselines.contains(JOINT) == (jointModule != null),
        "--joint",
        "given exactly with --baselines joint",
        jointModule == null ? "nothing" : jointModule);
    if (jointModule != null && !Files.isDirectory(jointModule)) {
      throw new UserError("--joint must be a module's folder, got " + jointModule);
    }
  }

  /** The module of all domains together. */
  Optional<Path> joint() {
    return Optional.ofNullable(jointModule);
  }

  /**
   * Fits the task in every way asked for.
   *
   * @param fitter of the task
   * @param config of the mix; a single module is used the same way
   * @param opened the mix's modules, then the joint one
   * @param mixed how many of these are the mix's
   * @param done hears of each
   * @return false when it was interrupted
   */
  boolean fit(
      TaskFitter fitter,
      DomixConfig config,
      List<MixedModule> opened,
      int mixed,
      Consumer<TaskFit> done) {
    for (String name : baselines) {
      TaskFit fit =
          switch (name) {
            case FROZEN -> fitter.fit("frozen base", new FrozenMethod());
            case LORA -> fitter.fit("LoRA without domains", lora());
            case SINGLE -> single(fitter, config, opened.subList(0, mixed));
            default -> fitter.fit("joint module", alone(config, opened.get(mixed)));
          };
      if (fit == null) {
        return false;
      }
      done.accept(fit);
    }
    return true;
  }

  /** A new LoRA where the modules sit. */
  static AdapterMethod lora() {
    return MethodCatalogue.create(LoraMethod.NAME, Map.of("targets", Targets.ALL_LINEAR));
  }

  private static AdapterMethod alone(DomixConfig config, MixedModule module) {
    return new DomixMethod(config, List.of(module));
  }

  /** The module that is best on validation; the test rows do not choose. */
  private static @Nullable TaskFit single(
      TaskFitter fitter, DomixConfig config, List<MixedModule> modules) {
    TaskFit best = null;
    for (MixedModule module : modules) {
      TaskFit fit = fitter.fit("only " + module.name(), alone(config, module));
      if (fit == null) {
        return null;
      }
      if (best == null || score(fit.validation()) > score(best.validation())) {
        best = fit;
      }
    }
    return best;
  }

  private static double score(Map<String, Double> scores) {
    return scores.getOrDefault("accuracy", scores.getOrDefault("pearson", Double.NaN));
  }

  /** The mix and what it is held against, one row each. */
  static Table table(TaskFit mix, List<TaskFit> others, long seed) {
    Table table =
        new Table("way", "validation", "test", "the mix gains", "95 % interval", "trained", "s");
    row(table, mix, null);
    for (TaskFit other : others) {
      row(table, other, mix.right().length == 0 ? null : mix.against(other, seed));
    }
    return table;
  }

  private static void row(Table table, TaskFit fit, @Nullable Interval gain) {
    table.row(
        fit.name(),
        String.format(Locale.ROOT, "%.4f", score(fit.validation())),
        String.format(Locale.ROOT, "%.4f", score(fit.test())),
        gain == null ? "" : points(gain.estimate()),
        gain == null ? "" : points(gain.low()) + " to " + points(gain.high()),
        String.format(Locale.ROOT, "%,d", fit.trainable()),
        String.format(Locale.ROOT, "%.0f", fit.seconds()));
  }

  private static String points(double share) {
    return String.format(Locale.ROOT, "%+.1f", 100 * share);
  }

  /** As the command's JSON shows it. */
  static List<Map<String, Object>> forJson(TaskFit mix, List<TaskFit> others, long seed) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (TaskFit other : others) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", other.name());
      one.put("validation", other.validation());
      one.put("test", other.test());
      one.put("trainable", other.trainable());
      one.put("seconds", other.seconds());
      if (mix.right().length > 0) {
        Interval gain = mix.against(other, seed);
        one.put("mixGains", gain.estimate());
        one.put("mixGainsInterval", new double[] {gain.low(), gain.high()});
      }
      list.add(one);
    }
    return list;
  }
}
