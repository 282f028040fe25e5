package io.haori.cli.tune;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.DomainOptions;
import io.haori.cli.options.MethodOptions;
import io.haori.cli.options.RowsOptions;
import io.haori.cli.options.TrainingOptions;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.PoolingNote;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ShellWords;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.classification.ClassificationTask;
import io.haori.inference.task.spi.Task;
import io.haori.training.choice.Candidate;
import io.haori.training.choice.Candidates;
import io.haori.training.choice.Choice;
import io.haori.training.choice.Folds;
import io.haori.training.choice.MethodChoice;
import io.haori.training.condense.SeedSoup;
import io.haori.training.data.DataFile;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.data.PromptedDataset;
import io.haori.training.data.Split;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.instruct.AnswerSettings;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori tune}: fits a base to a task and stores the adapter. */
@Command(
    name = "tune",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Fits a frozen base to a labelled task and stores the adapter.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori tune --data tickets --out tickets-lora",
      "  haori tune --data tickets --method dora --epochs 4 --out d",
      "  haori tune --data orders.xlsx --method auto --out sorter",
      "  haori tune --data line-f --from reg:line-*@live --out line-f-sorter",
      "  haori tune --data large --on spark://master:7077 --store /mnt/s --data-parallel 4 --out l"
    })
public final class TuneCommand implements Callable<Integer> {
  private static final String CHECKPOINT = "checkpoint";
  private static final String SEARCH = "search.json";

  private final Session session;

  @Spec CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      arity = "1..*",
      required = true,
      description = {
        "A folder with train, validation and test (jsonl, csv or tsv). Several folders are so"
            + " many domains, learnt by one model together, or as --groups says. Rows with prompt"
            + " and completion teach a decoder to write."
      })
  List<Path> data;

  @Mixin final RegisterOptions register = new RegisterOptions();

  @Option(
      names = "--groups",
      paramLabel = "A,B;C",
      description =
          "With several domains: one model for each group of them, named as their folders (default:"
              + " one model of all).")
  @Nullable String groups;

  @Mixin final DomainOptions domains = new DomainOptions();

  @Option(
      names = "--resume",
      description = "Continue the interrupted run in --out, with the same data and settings.")
  boolean resume;

  @Option(
      names = "--no-dense",
      description = "With --method sparse: leaves out the dense run that it is compared with.")
  boolean noDense;

  @Mixin final Sisters sisters = new Sisters();

  @Mixin final SeedOptions seeds = new SeedOptions();

  @Mixin final TogetherOptions together = new TogetherOptions();

  /** What was found where ways were compared. */
  private @Nullable Choice choice;

  @Mixin final RowsOptions rows = new RowsOptions();

  @Mixin final TrainingOptions training = new TrainingOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  public TuneCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    boolean several = data.size() > 1 || groups != null;
    training.fill(spec, several);
    common.check();
    seeds.check(resume);
    together.check();
    together.refuse(
        several,
        Map.of(
            "--from",
            sisters.any(),
            "--seeds",
            seeds.count > 1,
            "--tune-hyper",
            training.hyper.trials != null,
            "--method auto",
            MethodOptions.AUTO.equals(training.method.method)));
    boolean asked = training.method.takeAuto();
    require(
        !sisters.any()
            || asked
            || !spec.commandLine().getParseResult().hasMatchedOption("--method"),
        "--method",
        "auto or left out with --from",
        training.method.method);
    require(
        training.hyper.trials == null || !(asked || sisters.any()),
        "--tune-hyper",
        "left out where methods are compared",
        training.hyper);
    training.run.budget.on(common.baseOr(CommonOptions.DEFAULT_BASE), common);
    training.check();
    rows.check();
    domains.check();
    Path out = register.folder(spec);
    if (several) {
      require(!resume, "--resume", "left out with several domains", "--resume");
      require(!asked, "--method", "left out with several domains", MethodOptions.AUTO);
      require(!sisters.any(), "--from", "left out with several domains", sisters.from);
      require(seeds.count == 1, "--seeds", "left out with several domains", seeds.count);
    }
    register.requireReplaceable(out, resume);
    session.claim(out);
    if (several) {
      require(
          register.name == null,
          "--name",
          "left out with several domains",
          String.valueOf(register.name));
      rows.requireNone();
      training.hyper.requireNone();
      return new TuneDomains(session, common, training, domains, groups, out)
          .run(data, rows.options(common.seed), start);
    }
    domains.requireNone();
    DataOptions reading = rows.options(common.seed);
    if (PromptedDataset.isIn(data.get(0), reading)) {
      return answers(out, asked, start);
    }
    Path labels = rows.labels();
    if (labels != null && Dataset.isUnlabelled(data.get(0), reading)) {
      require(
          register.name == null,
          "--name",
          "left out where no row has a label",
          String.valueOf(register.name));
      DataFile corpus = Dataset.readCorpus(data.get(0), reading);
      return new FirstModel(session, common, training.run.budget.maxLength(), rows.given())
          .make(corpus, labels, out, start);
    }
    Dataset read = rows.read(data.get(0), common.seed);
    Task task = read.labels().task();
    boolean few =
        !together.isAsked()
            && TrainingOptions.isOpen(spec)
            && read.train().rows().size() < MethodChoice.FEW_ROWS;
    boolean auto =
        asked
            || sisters.any()
            || (few && task instanceof ClassificationTask && Folds.canHoldOut(read));
    require(
        !auto || task instanceof ClassificationTask,
        sisters.any() ? "--from" : "--method",
        "given for the task " + task.name() + ": only classifications are compared",
        sisters.any() ? String.join(" ", sisters.from) : MethodOptions.AUTO);
    Dataset dataset = auto ? read.learntWhole() : read;
    register.check(session, data.get(0));
    try (Interruption interruption = Interruption.ofProcess(session.console());
        Sisters opened = sisters) {
      opened.open(register.registry, session.context());
      EngineSetup engine = new EngineSetup(session, common);
      TuneSettings chosen = training.settings(common.seed, engine.precision(), task);
      noteCheckpoint(out);
      JsonResult json = new JsonResult("tune");
      try (TextBase base =
          engine.open(common.baseOr(CommonOptions.DEFAULT_BASE), chosen.baseForm())) {
        DataNotes.show(session, common, dataset, base.reader(), chosen.text().maxLength());
        training.run.budget.noteLength(session, common);
        if (auto) {
          List<Candidate> ways = new ArrayList<>(Candidates.of(chosen));
          ways.addAll(opened.ways(base, chosen, dataset.labels()));
          choice =
              new WayChoice(session, common, interruption::requested, json)
                  .choose(base, dataset, ways, out.resolve(CHECKPOINT), resume);
          return choice == null
              ? interrupted("in the comparison of methods")
              : train(
                  out,
                  base,
                  dataset,
                  choice.best().candidate(),
                  interruption::requested,
                  json,
                  start);
        }
        PoolingNote.show(session, common, dataset, base, chosen.text());
        TuneSettings settings =
            training.hyper.trials == null
                ? chosen
                : new HyperSearch(session, common, training, json)
                    .find(
                        base,
                        dataset,
                        chosen,
                        out.resolve(SEARCH),
                        resume,
                        interruption::requested);
        if (settings == null) {
          return interrupted("in the search");
        }
        if (together.isAsked()) {
          together.check(settings);
          return trainTogether(out, base, dataset, settings, interruption::requested, json, start);
        }
        Candidate only = new Candidate(settings.method().name(), settings);
        return train(out, base, dataset, only, interruption::requested, json, start);
      }
    }
  }

  /** Rows of prompts and answers, which a decoder learns to write. */
  private int answers(Path out, boolean asked, Instant start) {
    String kind = " for rows of prompt and completion";
    require(
        !asked && !sisters.any(), "--method", "the name of a method" + kind, MethodOptions.AUTO);
    require(seeds.count == 1, "--seeds", "left out" + kind, seeds.count);
    require(training.hyper.trials == null, "--tune-hyper", "left out" + kind, training.hyper);
    require(!together.isAsked(), "--data-parallel", "left out" + kind, together.members + "");
    register.check(session, data.get(0));
    PromptedDataset prompted = rows.prompted(data.get(0), common.seed);
    EngineSetup engine = new EngineSetup(session, common);
    PretrainSettings settings =
        AnswerSettings.of(
            training.settings(common.seed, engine.precision(), TaskCatalogue.CLASSIFICATION));
    return new AnswerTune(session, common, spec, register, out, resume)
        .run(prompted, settings, start);
  }

  private int train(
      Path out,
      TextBase base,
      Dataset dataset,
      Candidate way,
      BooleanSupplier stopRequested,
      JsonResult json,
      Instant start)
      throws IOException {
    TuneSettings settings = way.settings();
    TokenizedDataset tokens =
        TokenizedDataset.of(dataset, base.reader(), settings.text().maxLength());
    new UnknownTokenNote(session, common, base.name()).look(tokens.coverage(Split.TRAIN));
    if (seeds.apply(session, common, way, base)) {
      SeedSoup soup = seeds.fit(session, common, way, base, tokens, stopRequested, json);
      if (soup == null) {
        return seeds.interrupted(session);
      }
      try (TunedModel tuned = soup.tuned()) {
        return store(out, dataset, settings, tuned, stopRequested, json, start);
      }
    }
    try (TuningView view = new TuningView(session, common, settings.method().name());
        TunedModel tuned =
            new Tuner(base, settings)
                .startFrom(way.start())
                .listener(view)
                .stopWhen(stopRequested)
                .checkpoints(out.resolve(CHECKPOINT), resume)
                .tune(tokens)) {
      view.close();
      if (choice == null) {
        ExactHeadNote.show(session, common, training.run, tuned.training());
      }
      return tuned.training().interrupted()
          ? interrupted("after step " + tuned.training().steps())
          : store(out, dataset, settings, tuned, stopRequested, json, start);
    }
  }

  private int trainTogether(
      Path out,
      TextBase base,
      Dataset dataset,
      TuneSettings settings,
      BooleanSupplier stopRequested,
      JsonResult json,
      Instant start)
      throws IOException {
    Path checkpoint = out.resolve(CHECKPOINT);
    Optional<TunedModel> fitted =
        together.tune(
            session,
            common,
            base,
            settings,
            dataset,
            new TogetherOptions.Saved(checkpoint, resume),
            stopRequested);
    if (fitted.isEmpty()) {
      if (Files.isDirectory(checkpoint)) {
        return interrupted("in the fit");
      }
      session.console().err().println("Interrupted; nothing was written.");
      return ExitCode.INTERRUPTED;
    }
    try (TunedModel tuned = fitted.get()) {
      return store(out, dataset, settings, tuned, stopRequested, json, start);
    }
  }

  private void noteCheckpoint(Path out) {
    boolean there = Files.isDirectory(out.resolve(CHECKPOINT));
    if (there && !resume) {
      session.note(
          common,
          "The interrupted run in " + out + " starts from its beginning; --resume continues it.");
    } else if (resume && !there && !together.isAsked()) {
      session.note(
          common, "There is no checkpoint in " + out + "; training starts from its beginning.");
    }
  }

  private int interrupted(String where) {
    String again = ShellWords.withResume(spec, resume);
    session.console().err().println("Interrupted " + where + "; saved. Continue with: " + again);
    return ExitCode.INTERRUPTED;
  }

  private int store(
      Path out,
      Dataset dataset,
      TuneSettings settings,
      TunedModel tuned,
      BooleanSupplier stopRequested,
      JsonResult json,
      Instant start)
      throws IOException {
    return new TunedStore(session, common, register, sisters, choice, json)
        .comparing(noDense ? null : training)
        .store(out, dataset, settings, tuned, stopRequested, start);
  }
}
