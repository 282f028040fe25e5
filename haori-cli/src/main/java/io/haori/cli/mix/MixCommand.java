package io.haori.cli.mix;

import static io.haori.core.check.Check.require;

import io.haori.adapter.baseline.FrozenMethod;
import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.route.RouteConfig;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.cli.options.ClassOptions;
import io.haori.cli.options.ReadingOptions;
import io.haori.cli.options.RunOptions;
import io.haori.cli.options.SettingsMap;
import io.haori.cli.options.TrainingOptions;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.PoolingNote;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ShellWords;
import io.haori.cli.tune.Baseline;
import io.haori.cli.tune.BaselineOptions;
import io.haori.cli.tune.BaselineView;
import io.haori.cli.tune.ExactHeadNote;
import io.haori.cli.tune.FitView;
import io.haori.cli.tune.WayChoice;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.classification.ClassificationTask;
import io.haori.inference.task.spi.Task;
import io.haori.model.base.Bases;
import io.haori.training.baseline.TaskFit;
import io.haori.training.baseline.TaskFitter;
import io.haori.training.choice.Candidate;
import io.haori.training.choice.Choice;
import io.haori.training.choice.Folds;
import io.haori.training.choice.MethodChoice;
import io.haori.training.data.Dataset;
import io.haori.training.data.PromptedDataset;
import io.haori.training.pretrain.ModuleFolder;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori mix}: mixes domain modules for a task and says which of them the task used. */
@Command(
    name = "mix",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Mixes modules for a labelled task (DoMIX): their input sides stay frozen, a bridge between"
          + " them, their output sides and the task's head are learnt. Says which modules the task"
          + " used. With --route a gate over them is learnt instead, or they share the work by a"
          + " rule and the head alone is learnt.",
      "With fewer than 500 training rows, and when nothing else is chosen, cross-validation decides"
          + " whether to mix at all."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori mix --modules modules/food modules/act --data tasks --out mixed",
      "  haori mix --modules modules/* --data tasks --route arrow --out mixed",
      "  haori mix --modules reg:food reg:act --data tasks --route gated --name gate"
    })
public final class MixCommand implements Callable<Integer> {
  private static final String CHECKPOINT = "checkpoint";

  private final Session session;

  @Spec CommandSpec spec;
  @Mixin final MixOptions mix = new MixOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "A folder with train, validation and test (jsonl, csv or tsv) (default: that of"
              + " --recipe).")
  @Nullable Path data;

  @Mixin final RegisterOptions register = new RegisterOptions();

  @Option(
      names = "--save-recipe",
      paramLabel = "FILE",
      description =
          "Write what is chosen here, with the modules' digests, as YAML (default: none).")
  @Nullable Path saveRecipe;

  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      description =
          "Take what is not given here from a recipe; its modules must be unchanged (default:"
              + " none).")
  @Nullable Path recipe;

  @Mixin final BaselineOptions baselines = new BaselineOptions();
  @Mixin final MixSizeOptions sizes = new MixSizeOptions();

  @Option(
      names = "--resume",
      description = "Continue the interrupted run in --out, with the same data and settings.")
  boolean resume;

  @Mixin final ReadingOptions reading = new ReadingOptions();

  @Mixin final ClassOptions classes = new ClassOptions();
  @Mixin final RunOptions run = new RunOptions();
  @Mixin final CommonOptions common = new CommonOptions();

  /** How the way is fitted that cross-validation took; null where it did not choose. */
  private @Nullable TuneSettings taken;

  public MixCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    require(
        recipe == null || mix.file.file == null,
        "--settings",
        "left out with --recipe, which has settings",
        String.valueOf(mix.file.file));
    mix.fill(spec, run.budget.set);
    if (recipe != null) {
      new RecipeUse(recipe, spec.commandLine().getParseResult(), session.context()).fill(this);
    }
    common.check();
    checkSettings();
    Path out = register.folder(spec);
    register.requireReplaceable(out, resume);
    try (MixModules chosen = MixModules.open(mix.modules, register.registry, session.context())) {
      return fit(out, chosen, start);
    }
  }

  private int fit(Path out, MixModules chosen, Instant start) throws IOException {
    baselines.check();
    reading.check();
    sizes.check();
    baselines.joint().ifPresent(MixFolder::requireMixable);
    Path task = data;
    if (task == null) {
      throw new UserError("--data is missing: haori mix needs it");
    }
    if (common.base == null) {
      common.base = chosen.baseName().orElse(null);
    }
    run.budget.on(common.baseOr(CommonOptions.DEFAULT_BASE), common);
    session.claim(out);
    if (PromptedDataset.isIn(task, reading.options(common.seed, classes.labels))) {
      return new AnswerMixRun(this, session).run(out, task, chosen, start);
    }
    Dataset read = Dataset.read(task, reading.options(common.seed, classes.labels));
    boolean comparable =
        read.labels().task() instanceof ClassificationTask && Folds.canHoldOut(read);
    if (isOpen() && comparable && read.train().rows().size() < MethodChoice.FEW_ROWS) {
      mix.route.takeAuto();
    }
    require(
        !mix.route.isAuto() || comparable,
        "--route",
        "another than auto for this task: only classifications whose rows can be held out are"
            + " compared",
        "auto for " + read.labels().task().name());
    // The ways to compare with may choose by the validation rows.
    Dataset dataset = mix.route.isAuto() && baselines.isEmpty() ? read.learntWhole() : read;
    register.check(session, task);
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      EngineSetup engine = new EngineSetup(session, common);
      DType precision = engine.precision();
      String baseName = common.baseOr(CommonOptions.DEFAULT_BASE);
      // Before it is fetched, where its name alone says which one it is.
      Bases.publishedDigest(baseName).ifPresent(digest -> requireBase(chosen, baseName, digest));
      Task kind = dataset.labels().task();
      TuneSettings usual =
          BaselineOptions.settings(
              run, new FrozenMethod(), settings(), common.seed, precision, kind);
      try (TextBase base = engine.open(baseName, usual.baseForm())) {
        List<Path> folders = new ArrayList<>(chosen.folders());
        requireBase(chosen, base.name(), base.digest());
        DataNotes.show(session, common, dataset, base.reader(), run.budget.maxLength());
        run.budget.noteLength(session, common);
        if (!mix.route.isAuto()) {
          PoolingNote.show(session, common, dataset, base, usual.text());
        }
        baselines.joint().ifPresent(folders::add);
        if (saveRecipe != null) {
          RecipeUse.of(this, chosen, base).write(saveRecipe);
          session.note(common, "Recipe: " + saveRecipe);
        }
        noteHeads(chosen.knowing(dataset.labels()));
        List<MixedModule> modules = MixFolder.open(folders, base.backbone());
        try {
          TaskFitter fitter =
              FitView.fitter(
                  session,
                  common,
                  base,
                  dataset,
                  method -> settingsOf(method, precision, kind),
                  interruption::requested);
          return mix(out, fitter, dataset, base, modules, chosen, interruption::requested, start);
        } finally {
          modules.forEach(one -> one.module().close());
        }
      }
    }
  }

  /** A start from heads that know the labels was ahead of every mix in our comparisons. */
  private void noteHeads(List<String> knowing) {
    if (!knowing.isEmpty()) {
      session.note(
          common,
          "A mix leaves heads out, and heads of these modules know labels of the rows: "
              + String.join(", ", knowing)
              + ". haori tune --from starts from them.");
    }
  }

  /** Whether nothing about the mix or its training was chosen, so that it need not be one. */
  boolean isOpen() {
    return recipe == null
        && mix.isOpen()
        && baselines.isEmpty()
        && sizes.ranks.isEmpty()
        && TrainingOptions.isOpen(spec);
  }

  private void requireBase(MixModules chosen, String name, String digest) {
    chosen.requireBase(name, digest);
    baselines.joint().ifPresent(joint -> ModuleFolder.requireBase(joint, name, digest));
  }

  private int mix(
      Path out,
      TaskFitter fitter,
      Dataset dataset,
      TextBase base,
      List<MixedModule> opened,
      MixModules chosen,
      BooleanSupplier stopRequested,
      Instant start) {
    List<MixedModule> modules = opened.subList(0, chosen.size());
    DomixConfig config = mix.config(new SettingsMap(run.budget.set));
    JsonResult json = new JsonResult("mix");
    String name = "mix";
    AdapterMethod method;
    Choice choice = null;
    if (mix.route.isAuto()) {
      WayChoice comparison = new WayChoice(session, common, stopRequested, json);
      comparison.warnOfSameRows(dataset, chosen.folders());
      choice =
          comparison.choose(
              base,
              dataset,
              MixWays.of(fitter, config, modules, base, mix.route),
              out.resolve(CHECKPOINT),
              resume);
      if (choice == null) {
        return interrupted();
      }
      Candidate best = choice.best().candidate();
      name = best.name();
      taken = best.settings();
      method = best.settings().method();
    } else {
      method = method(fitter, config, modules, base);
    }
    Choice compared = choice;
    TaskFit fit =
        fitter.fit(
            name,
            method,
            out.resolve(CHECKPOINT),
            resume,
            (tuned, predictions, one) -> {
              if (compared == null && baselines.isEmpty()) {
                ExactHeadNote.show(session, common, run, tuned.training());
              }
              new MixStore(session, common, register, sizes, out, chosen, compared)
                  .store(dataset, fitter.settings(method), tuned, predictions, one, json);
            });
    if (fit == null) {
      return interrupted();
    }
    List<Baseline> others = new ArrayList<>();
    boolean complete =
        baselines.fit(fitter, config, opened, chosen.size(), dataset.folder(), others::add);
    if (others.isEmpty() && !mix.route.isAuto()) {
      boolean choosable =
          dataset.labels().task() instanceof ClassificationTask && Folds.canHoldOut(dataset);
      session.note(
          common,
          "Not compared with LoRA: --baselines lora does that"
              + (choosable ? "; --route auto takes what cross-validation prefers." : "."));
    }
    if (!others.isEmpty()) {
      BaselineView view = new BaselineView(fit, others, common.seed);
      session.console().out().println();
      view.table().print(session.console());
      session.console().out().println();
      view.sentences().forEach(session.console().out()::println);
      json.put("baselines", view.forJson());
    }
    if (common.json) {
      json.print(session.console(), session.secondsSince(start));
    }
    if (!complete) {
      session
          .console()
          .err()
          .println("Interrupted; the mix is in " + out + ", the comparison is not complete.");
    }
    return complete ? ExitCode.DONE : ExitCode.INTERRUPTED;
  }

  private int interrupted() {
    session
        .console()
        .err()
        .println("Interrupted; saved. Continue with: " + ShellWords.withResume(spec, resume));
    return ExitCode.INTERRUPTED;
  }

  /** As the way that was taken is fitted; otherwise as this run was chosen. */
  TuneSettings settingsOf(AdapterMethod method, DType precision, Task task) {
    TuneSettings chosen = taken;
    return chosen != null && chosen.method() == method
        ? chosen
        : BaselineOptions.settings(run, method, settings(), common.seed, precision, task);
  }

  private AdapterMethod method(
      TaskFitter fitter, DomixConfig config, List<MixedModule> modules, TextBase base) {
    SettingsMap set = new SettingsMap(run.budget.set);
    if (mix.route.isGated()) {
      return new GateMethod(mix.gate(set), modules.stream().map(MixedModule::module).toList());
    }
    RouteConfig route = mix.route(set);
    return route == null
        ? new DomixMethod(config, modules)
        : mix.route.method(route, modules, base, fitter.settings(new FrozenMethod()));
  }

  /** All of {@code --set}, of which the mix's own part is taken already. */
  SettingsMap settings() {
    SettingsMap map = new SettingsMap(run.budget.set);
    if (mix.route.isGated()) {
      mix.gate(map);
    } else if (mix.route(map) == null) {
      mix.config(map);
    }
    return map;
  }

  /** Refuses values out of their bounds, before anything is read or loaded. */
  private void checkSettings() {
    SettingsMap map = settings();
    run.settings(new FrozenMethod(), map, 0, DType.F32, TaskCatalogue.CLASSIFICATION);
    RouteConfig route = mix.route(new SettingsMap(run.budget.set));
    require(
        sizes.ranks.isEmpty() || route == null || route.route().isConstant(),
        "--sizes",
        "left out with --route " + (route == null ? "" : route.route().word()),
        sizes.ranks);
    require(
        sizes.ranks.isEmpty() || !(mix.route.isAuto() || mix.route.isGated()),
        "--sizes",
        "left out with --route " + mix.route.route,
        sizes.ranks);
  }
}
