package io.haori.cli.tune;

import static io.haori.core.check.Check.require;

import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.cli.options.RunOptions;
import io.haori.cli.options.SettingsMap;
import io.haori.cli.terminal.ShellWords;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.task.spi.Task;
import io.haori.training.baseline.Baselines;
import io.haori.training.baseline.TaskFit;
import io.haori.training.baseline.TaskFitter;
import io.haori.training.task.TuneSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Other ways of fitting a mix's task, on the same rows with the same seed. */
public final class BaselineOptions {
  /** The base without anything of the mix. */
  public static final String FROZEN = "frozen";

  /** LoRA without domain modules. */
  public static final String LORA = "lora";

  /** The one module that does best. */
  public static final String SINGLE = "single";

  private static final String JOINT = "joint";
  private static final List<String> NAMES = List.of(FROZEN, LORA, SINGLE, JOINT);

  @Option(
      names = "--baselines",
      paramLabel = "NAMES",
      split = ",",
      description = {
        "Fit the task in other ways, too, and compare: frozen (the head alone), lora (what tune"
            + " --method lora fits, without domain modules), single (the one module that does best"
            + " on validation), joint (the module of --joint) (default: none)."
      })
  List<String> baselines = new ArrayList<>();

  @Option(
      names = "--joint",
      paramLabel = "DIR",
      description = "A module learnt from all domains together: pretrain --joint (default: none).")
  @Nullable Path jointModule;

  /** Refuses what is unknown or missing. */
  public void check() {
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

  /** Whether no other way is to be fitted. */
  public boolean isEmpty() {
    return baselines.isEmpty() && jointModule == null;
  }

  /** The ways that were asked for, in their order. */
  public List<String> names() {
    return List.copyOf(baselines);
  }

  /** The module of all domains together. */
  public Optional<Path> joint() {
    return Optional.ofNullable(jointModule);
  }

  /**
   * Fits the task in every way asked for.
   *
   * @param fitter of the task
   * @param config of the mix; a single module is used the same way
   * @param opened the mix's modules, then the joint one
   * @param mixed how many of these are the mix's
   * @param data the task's folder
   * @param done hears of each
   * @return false when it was interrupted
   */
  public boolean fit(
      TaskFitter fitter,
      DomixConfig config,
      List<MixedModule> opened,
      int mixed,
      Path data,
      Consumer<Baseline> done) {
    String tune = "haori tune --data " + ShellWords.quoted(data.toString()) + " --method ";
    for (String name : baselines) {
      TaskFit fit =
          switch (name) {
            case FROZEN -> fitter.fit("the frozen base", Baselines.frozen());
            case LORA -> fitter.fit("LoRA without domain modules", Baselines.lora());
            case SINGLE -> single(fitter, config, opened.subList(0, mixed));
            default -> fitter.fit("the joint module", alone(config, opened.get(mixed)));
          };
      if (fit == null) {
        return false;
      }
      String instead =
          switch (name) {
            case FROZEN -> "the frozen base (" + tune + "frozen)";
            case LORA -> "LoRA (" + tune + "lora)";
            default -> fit.name() + " (haori mix --modules with this module alone)";
          };
      done.accept(new Baseline(fit, instead));
    }
    return true;
  }

  /**
   * How a way is fitted. The run's length, batches and texts are the same for all ways; the rates
   * that were chosen for the mix are for mixes, and other methods learn at their own, as in {@code
   * tune}.
   *
   * @param run as chosen for the mix
   * @param method that is fitted
   * @param settings what {@code --set} gave, without the mix's own part
   * @param seed where all randomness begins
   * @param precision type of the activations
   * @param task says which score chooses the epoch
   */
  public static TuneSettings settings(
      RunOptions run,
      AdapterMethod method,
      SettingsMap settings,
      long seed,
      DType precision,
      Task task) {
    TuneSettings asForTheMix = run.settings(method, settings, seed, precision, task);
    return !method.builtOn().isEmpty() ? asForTheMix : Baselines.atOwnRates(asForTheMix);
  }

  private static AdapterMethod alone(DomixConfig config, MixedModule module) {
    return new DomixMethod(config, List.of(module));
  }

  /** The module that is best on validation. */
  private static @Nullable TaskFit single(
      TaskFitter fitter, DomixConfig config, List<MixedModule> modules) {
    Map<String, AdapterMethod> ways = new LinkedHashMap<>();
    modules.forEach(one -> ways.put("the module " + one.name() + " alone", alone(config, one)));
    return Baselines.bestOnValidation(fitter, ways);
  }
}
