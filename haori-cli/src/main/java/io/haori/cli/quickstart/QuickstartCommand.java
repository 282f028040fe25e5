package io.haori.cli.quickstart;

import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.analysis.report.Figures;
import io.haori.cli.demo.DemoData;
import io.haori.cli.options.RunOptions;
import io.haori.cli.options.SettingsMap;
import io.haori.cli.output.ForceOption;
import io.haori.cli.output.RunRecord;
import io.haori.cli.pretrain.ModuleStore;
import io.haori.cli.pretrain.PretrainOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.cli.tune.FitView;
import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.training.baseline.Baselines;
import io.haori.training.baseline.TaskFit;
import io.haori.training.baseline.TaskFitter;
import io.haori.training.data.Dataset;
import io.haori.training.mix.ModuleShares;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.ModuleFolder;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.pretrain.Pretrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori quickstart}: the main job on the demo's data, with a page at its end. */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Does the main job on the demo's data: learns one module a domain from texts without labels,"
          + " all at once; mixes them for small tasks; compares with LoRA alone and with the frozen"
          + " base on rows that none of them saw; and writes a page about it."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori quickstart --out first")
public final class QuickstartCommand implements Callable<Integer> {
  private static final String REPORT = "report.html";

  /** Labelled rows of a task: as few as somebody writes in an afternoon. */
  private static final int TRAIN_ROWS = 100;

  /** Texts of a domain, so that the whole run takes some minutes. */
  private static final int TEXTS = 1_000;

  /** The domains that a task is fitted for. */
  private static final List<String> TASKS = List.of("noun.food", "noun.act", "noun.substance");

  private final Session session;

  /** The settings of what is trained, by part. */
  private final Map<String, Object> used = new LinkedHashMap<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "quickstart",
      description = "Gets data, modules, mixes and report (default: ${DEFAULT-VALUE}).")
  Path out;

  @Mixin final ForceOption force = new ForceOption();

  @Spec CommandSpec spec;

  @Mixin final CommonOptions common = new CommonOptions();

  public QuickstartCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    RunRecord record = RunRecord.open(spec, out, force.force, Set.of(REPORT, "data"));
    session.claim(out);
    record.keep(Map.of());
    Path data = out.resolve("data");
    session.note(common, "1/3 Writing eight domains of WordNet's nouns to " + data);
    DemoData.write(data, TRAIN_ROWS, common.seed, domain -> {});
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      EngineSetup engine = new EngineSetup(session, common);
      DType precision = engine.precision();
      try (TextBase base = engine.open(common.baseOr(CommonOptions.DEFAULT_BASE), precision)) {
        session.note(common, "2/3 Learning one module a domain, all at once");
        Pretrainer.Outcome learnt = pretrain(base, precision, data, interruption);
        double pretrainSeconds = session.secondsSince(start);
        session.note(common, "3/3 Mixing them for " + TASKS.size() + " small tasks");
        List<QuickstartTask> tasks =
            learnt.interrupted() ? List.of() : tasks(base, precision, data, interruption);
        if (tasks.size() < TASKS.size()) {
          session
              .console()
              .err()
              .println("Interrupted. What is done is in " + out + "; run it again to finish.");
          return ExitCode.INTERRUPTED;
        }
        show(base, learnt.domains(), tasks, pretrainSeconds, start);
      }
    }
    return ExitCode.DONE;
  }

  private Pretrainer.Outcome pretrain(
      TextBase base, DType precision, Path data, Interruption interruption) {
    PretrainSettings settings =
        new PretrainOptions()
            .settings(common.seed, precision, PretrainSettings.DEFAULT_LEARNING_RATE);
    used.put("pretrain", settings.byName());
    Pretrainer trainer = new Pretrainer(base, settings);
    List<DomainCorpus> corpora = new ArrayList<>();
    for (String domain : DemoData.DOMAINS) {
      corpora.add(
          DomainCorpus.read(domain, List.of(data.resolve(domain))).first(TEXTS, common.seed));
    }
    Path modules = out.resolve("modules");
    try (ModuleStore store = new ModuleStore(session, common, trainer, base, corpora, modules)) {
      return trainer.listener(store).stopWhen(interruption::requested).run(corpora);
    }
  }

  /** Those that were fitted before an interruption. */
  private List<QuickstartTask> tasks(
      TextBase base, DType precision, Path data, Interruption interruption) {
    List<Path> folders = DemoData.DOMAINS.stream().map(out.resolve("modules")::resolve).toList();
    folders.forEach(folder -> ModuleFolder.requireBase(folder, base));
    List<MixedModule> modules = MixFolder.open(folders, base.backbone());
    List<QuickstartTask> tasks = new ArrayList<>();
    try {
      for (String domain : TASKS) {
        Dataset dataset = Dataset.read(data.resolve(domain));
        TaskFitter fitter =
            FitView.fitter(
                session,
                common,
                base,
                dataset,
                method ->
                    new RunOptions()
                        .settings(
                            method,
                            new SettingsMap(Map.of()),
                            common.seed,
                            precision,
                            dataset.labels().task()),
                interruption::requested);
        QuickstartTask task = task(domain, dataset, fitter, modules);
        if (task == null) {
          return tasks;
        }
        tasks.add(task);
      }
      return tasks;
    } finally {
      modules.forEach(one -> one.module().close());
    }
  }

  private @Nullable QuickstartTask task(
      String domain, Dataset dataset, TaskFitter fitter, List<MixedModule> modules) {
    AdapterMethod head = Baselines.frozen();
    AdapterMethod plain = Baselines.lora();
    TaskFit frozen = fitter.fit(domain + " head", head);
    TaskFit lora = frozen == null ? null : fitter.fit(domain + " LoRA", plain);
    if (frozen == null || lora == null) {
      return null;
    }
    DomixMethod method = new DomixMethod(DomixConfig.DEFAULT, modules);
    used.put("frozen", fitter.settings(head).byName());
    used.put("lora", fitter.settings(plain).byName());
    used.put("mix", fitter.settings(method).byName());
    List<ModuleShares> shares = new ArrayList<>();
    TaskFit mix =
        fitter.fit(
            domain + " mix",
            method,
            null,
            false,
            (tuned, predictions, fit) -> {
              shares.add(ModuleShares.of(tuned.model(), dataset, common.seed));
              AdapterFolder.save(
                  out.resolve("mixes").resolve(domain),
                  tuned.model(),
                  tuned.provenance(dataset, fitter.settings(method), fit.test()));
            });
    return mix == null
        ? null
        : new QuickstartTask(
            domain, dataset.train().rows().size(), frozen, lora, mix, shares.get(0));
  }

  private void show(
      TextBase base,
      List<DomainResult> domains,
      List<QuickstartTask> tasks,
      double pretrainSeconds,
      Instant start) {
    Table table = new Table("task", "head alone", "LoRA", "mix", "mix − LoRA", "95 % interval");
    for (QuickstartTask task : tasks) {
      var gain = task.overLora(common.seed);
      table.row(
          task.domain(),
          percent(QuickstartTask.accuracy(task.frozen())),
          percent(QuickstartTask.accuracy(task.lora())),
          percent(QuickstartTask.accuracy(task.mix())),
          Figures.PERCENT.difference(gain.estimate()),
          Figures.PERCENT.interval(gain.low(), gain.high()));
    }
    table.print(session.console());
    double seconds = session.secondsSince(start);
    QuickstartReport report =
        new QuickstartReport(
            base.name(), domains, tasks, common.seed, pretrainSeconds, seconds, out);
    Path page = out.resolve(REPORT);
    AtomicFiles.writeText(page, report.html());
    session.console().out().println();
    report.findings().forEach(session.console().out()::println);
    session.console().out().println("Report: " + page);
    if (common.json) {
      new JsonResult("quickstart")
          .put("settings", used)
          .put("report", page.toString())
          .put("findings", report.findings())
          .put("rows", tasks.stream().map(task -> task.forJson(common.seed)).toList())
          .print(session.console(), seconds);
    }
  }

  private static String percent(double share) {
    return Figures.PERCENT.text(share);
  }
}
