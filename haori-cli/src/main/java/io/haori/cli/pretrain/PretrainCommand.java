package io.haori.cli.pretrain;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.ClusterOptions;
import io.haori.cli.output.ForceOption;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ShellWords;
import io.haori.cli.terminal.Table;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.ModuleFolder;
import io.haori.training.pretrain.PretrainElsewhere;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.pretrain.Pretrainer;
import io.haori.training.work.WorkPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori pretrain}: one module a domain from texts without labels, all at once. */
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Learns one module a domain from texts without labels, all in one batch on one frozen base."
          + " A domain's module does not depend on the domains beside it."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori pretrain --corpus food=food.txt act=act.txt --out modules")
public final class PretrainCommand implements Callable<Integer> {
  private static final String CHECKPOINT = "checkpoint";

  /**
   * A contrastive loss from which there is hardly anything to learn: crops of short texts, which
   * began at 0.10, cost a probe on minilm 8 points (docs/STUDIES.md).
   */
  private static final double LITTLE_LEFT = 0.2;

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin final CorpusOptions corpora = new CorpusOptions();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description =
          "Gets one folder a domain, beside modules of other names, which are never touched.")
  Path out;

  @Mixin final ForceOption force = new ForceOption();

  @Option(
      names = "--resume",
      description =
          "Keep the modules of an interrupted run that are done, continue with the others.")
  boolean resume;

  @Mixin final PretrainOptions options = new PretrainOptions();
  @Mixin final ClusterOptions cluster = new ClusterOptions();
  @Mixin final CommonOptions common = new CommonOptions();

  public PretrainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    options.fill(spec);
    common.check();
    options.on(common.baseOr(CommonOptions.DEFAULT_BASE));
    options.settings(common.seed, DType.F32, common.basePrecision, usualLearningRate());
    corpora.check();
    cluster.check();
    require(
        !cluster.isElsewhere() || !corpora.sequential,
        "--on",
        "left out with --sequential",
        "given");
    PretrainOut.check(out, corpora.folders(), force.force, resume);
    session.claim(out);
    List<DomainCorpus> domains = corpora.read();
    options.noteLength(session, common);
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      EngineSetup engine = new EngineSetup(session, common);
      PretrainSettings settings =
          options.settings(
              common.seed, engine.precision(), common.basePrecision, usualLearningRate());
      String name = common.baseOr(CommonOptions.DEFAULT_BASE);
      if (corpora.sequential) {
        return new SequentialRun(session, common, out, force.force, interruption::requested)
            .run(engine, name, settings, domains, corpora.orders(), start);
      }
      try (TextBase base = engine.open(name, settings.baseForm())) {
        Pretrainer trainer = new Pretrainer(base, settings);
        List<DomainCorpus> missing = missing(trainer, domains);
        if (missing.isEmpty()) {
          session.note(common, "All modules are in " + out + " already.");
          json(List.of(), domains, settings, 0, start);
          return ExitCode.DONE;
        }
        if (cluster.isElsewhere()) {
          Pretrainer.Outcome outcome =
              elsewhere(trainer, base.name(), missing, interruption::requested);
          show(outcome, domains, settings, start);
          return outcome.interrupted() ? interrupted(outcome, missing.size()) : ExitCode.DONE;
        }
        try (ModuleStore store = new ModuleStore(session, common, trainer, base, missing, out)) {
          Pretrainer.Outcome outcome =
              trainer
                  .listener(store)
                  .stopWhen(interruption::requested)
                  .checkpoints(domain -> out.resolve(domain).resolve(CHECKPOINT), resume)
                  .run(missing);
          store.close();
          show(outcome, domains, settings, start);
          return outcome.interrupted() ? interrupted(outcome, missing.size()) : ExitCode.DONE;
        }
      }
    }
  }

  private Pretrainer.Outcome elsewhere(
      Pretrainer trainer, String base, List<DomainCorpus> missing, BooleanSupplier stopRequested) {
    try (WorkPlace place = cluster.open(common);
        ElsewhereView view = new ElsewhereView(session, common, base)) {
      return new PretrainElsewhere(trainer, place, out, System::nanoTime)
          .run(missing, view, stopRequested);
    }
  }

  private double usualLearningRate() {
    return corpora.sequential
        ? PretrainSettings.SEQUENTIAL_LEARNING_RATE
        : PretrainSettings.DEFAULT_LEARNING_RATE;
  }

  /** Those whose module is to be learnt: a finished one is never touched. */
  private List<DomainCorpus> missing(Pretrainer trainer, List<DomainCorpus> domains) {
    List<DomainCorpus> missing = new ArrayList<>();
    for (DomainCorpus corpus : domains) {
      Path folder = out.resolve(corpus.name());
      if (!ModuleFolder.exists(folder)) {
        if (Files.isDirectory(folder.resolve(CHECKPOINT)) && !resume) {
          session.note(
              common,
              "The interrupted run in "
                  + folder
                  + " starts from its beginning; --resume continues it.");
        }
        missing.add(corpus);
        continue;
      }
      boolean same = resume && trainer.made(folder, corpus);
      if (!same && force.force) {
        missing.add(corpus);
        continue;
      }
      if (!same) {
        throw new UserError(
            folder
                + ": was learnt from other texts or with other settings; --resume cannot keep it");
      }
      session.note(common, "The module " + folder + " is done already.");
    }
    return missing;
  }

  private void show(
      Pretrainer.Outcome outcome,
      List<DomainCorpus> wanted,
      PretrainSettings settings,
      Instant start) {
    boolean perplexity = outcome.domains().stream().anyMatch(DomainResult::perplexity);
    Table table =
        new Table(
            "domain",
            "texts",
            "tokens",
            "held-out " + (perplexity ? "perplexity" : "loss") + " of the base",
            "with the module",
            "objective");
    for (DomainResult domain : outcome.domains()) {
      table.row(
          domain.name(),
          String.format(Locale.ROOT, "%,d", domain.texts()),
          String.format(Locale.ROOT, "%,d", domain.tokens()),
          shown(domain, domain.lossStart()),
          shown(domain, domain.lossEnd()),
          domain.objective());
    }
    if (!outcome.domains().isEmpty()) {
      table.print(session.console());
    }
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%d modules in %s, %,.0f tokens/s",
                outcome.domains().size(),
                out,
                outcome.tokensPerSecond()));
    List<String> learnt =
        outcome.domains().stream()
            .filter(domain -> !domain.perplexity() && domain.lossStart() < LITTLE_LEFT)
            .map(DomainResult::name)
            .toList();
    if (!learnt.isEmpty()) {
      session.note(
          common,
          "The contrastive loss of "
              + String.join(", ", learnt)
              + " began near 0: this base separates such texts already, so texts alone teach it"
              + " little and may undo what it knows. Rows with labels do (haori tune), pairs of"
              + " texts that belong together (--objective pairs), or words to predict on a base"
              + " that has the head for it (--base bert-base).");
    }
    json(outcome.domains(), wanted, settings, Math.round(outcome.tokensPerSecond()), start);
  }

  /** What was learnt, and the modules that an earlier run had finished. */
  private void json(
      List<DomainResult> learnt,
      List<DomainCorpus> wanted,
      PretrainSettings settings,
      long tokensPerSecond,
      Instant start) {
    if (!common.json) {
      return;
    }
    Set<String> now = learnt.stream().map(DomainResult::name).collect(Collectors.toSet());
    new JsonResult("pretrain")
        .put("settings", settings.byName())
        .put("domains", learnt.stream().map(this::forJson).toList())
        .put(
            "kept",
            wanted.stream()
                .map(corpus -> corpus.name())
                .filter(name -> !now.contains(name) && ModuleFolder.exists(out.resolve(name)))
                .map(name -> Map.of("name", name, "module", out.resolve(name).toString()))
                .toList())
        .put("tokensPerSecond", tokensPerSecond)
        .print(session.console(), session.secondsSince(start));
  }

  private static String shown(DomainResult domain, double loss) {
    return String.format(
        Locale.ROOT,
        domain.perplexity() ? "%.2f" : "%.4f",
        domain.perplexity() ? Math.exp(loss) : loss);
  }

  private Map<String, Object> forJson(DomainResult domain) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", domain.name());
    json.put("module", out.resolve(domain.name()).toString());
    json.put("objective", domain.objective());
    json.put("texts", domain.texts());
    json.put("tokens", domain.tokens());
    json.put("lossStart", domain.lossStart());
    json.put("lossEnd", domain.lossEnd());
    json.put("unknownShare", domain.unknownShare());
    json.put("piecesPerWord", domain.piecesPerWord());
    return json;
  }

  private int interrupted(Pretrainer.Outcome outcome, int wanted) {
    session
        .console()
        .err()
        .println(
            "Interrupted; "
                + outcome.domains().size()
                + " of "
                + wanted
                + " modules are done, the others saved. Continue with: "
                + ShellWords.withResume(spec, resume));
    return ExitCode.INTERRUPTED;
  }
}
