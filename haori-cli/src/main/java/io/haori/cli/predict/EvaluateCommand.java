package io.haori.cli.predict;

import static io.haori.core.check.Check.require;

import io.haori.analysis.drift.DriftProfile;
import io.haori.analysis.drift.ObservedRow;
import io.haori.analysis.report.Page;
import io.haori.cli.options.ReadingOptions;
import io.haori.cli.options.SplitOption;
import io.haori.cli.output.ReportFile;
import io.haori.cli.registry.AdapterOptions;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.FittedModel;
import io.haori.cli.registry.HeadLabelOptions;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.remote.RemoteModels;
import io.haori.cli.remote.RemoteOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.cli.session.WordsNote;
import io.haori.cli.terminal.DetectionView;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.tune.DenseBase;
import io.haori.client.ModuleHeads;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.calibration.Calibration;
import io.haori.inference.calibration.CalibrationScores;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.BaseDifference;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.folder.OtherBase;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextPass;
import io.haori.inference.model.TextVectors;
import io.haori.inference.observe.ObservedRows;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.registry.Registry;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.version.ModuleVersion;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.training.data.DataFile;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.data.PromptedDataset;
import io.haori.training.data.RecordedSplit;
import io.haori.training.data.Split;
import io.haori.training.instruct.ChoiceFile;
import io.haori.training.task.answer.BaseDifferences;
import io.haori.training.task.answer.Predictions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori evaluate}: scores an adapter on a split. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Scores an adapter on a split of a dataset.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori evaluate --adapter tickets-lora --data tickets",
      "  haori evaluate --server http://127.0.0.1:8080 --adapter food@live --data tickets"
    })
public final class EvaluateCommand implements Callable<Integer> {
  private final Session session;

  @Mixin final AdapterOptions adapter = new AdapterOptions();

  @Mixin final RemoteOptions remote = new RemoteOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "A folder with the split.")
  Path data;

  @Mixin final SplitOption split = new SplitOption();

  @Option(
      names = "--threshold",
      paramLabel = "X",
      description =
          "Probability from which a label is answered, where a text may have several (default:"
              + " 0.5).")
  @Nullable Double threshold;

  @Option(
      names = "--record",
      description =
          "With --adapter reg:…: record the scores in the registry, where approval asks for them.")
  boolean record;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Gets one HTML page with the scores and the rows that are answered wrong or least surely,"
              + " with their pictures where they are some (default: none).")
  @Nullable Path report;

  @Mixin final SoughtClass sought = new SoughtClass();

  @Mixin final HeadLabelOptions headLabels = new HeadLabelOptions();

  @Mixin final ReadingOptions reading = new ReadingOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  public EvaluateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Instant start = session.clock().instant();
    common.check();
    reading.check();
    Split chosen = split.chosen();
    remote.check();
    if (report != null) {
      ReportFile.requireReplaceable("--report", report);
    }
    if (remote.server != null) {
      return evaluate(remote.open(session.context()), chosen, start);
    }
    if (record) {
      require(
          CheckedOut.isReference(adapter.adapter),
          "--adapter",
          "a version of a registry with --record, such as reg:food@3",
          adapter.adapter);
      RegisterOptions.evaluation(data, chosen, "", Map.of());
    }
    try (CheckedOut source = adapter.open(session)) {
      Optional<ChoiceFile> choices =
          Files.isDirectory(source.folder()) && !AdapterFolder.hasHead(source.folder())
              ? ChoiceFile.read(data, chosen)
              : Optional.empty();
      if (choices.isPresent()) {
        String why = "left out for questions with choices";
        requirePlain(why);
        require(!record, "--record", why, "it");
        require(report == null, "--report", why, String.valueOf(report));
        return new ChoiceEvaluation(session, common).run(source, choices.get(), start);
      }
      Optional<DataFile> prompts =
          Files.isDirectory(source.folder()) && !AdapterFolder.hasHead(source.folder())
              ? PromptedDataset.readSplit(data, chosen, options(source.folder()))
              : Optional.empty();
      return prompts.isPresent()
          ? answers(source, chosen, prompts.get(), start)
          : evaluate(source, chosen, start);
    }
  }

  private int answers(CheckedOut source, Split chosen, DataFile prompts, Instant start) {
    requirePlain("left out for rows of prompt and completion");
    warnOfAnotherFile(source.folder(), chosen, prompts);
    return new AnswerEvaluation(session, common)
        .run(
            source,
            chosen,
            prompts,
            report,
            scores -> record(source.version(), chosen, prompts, scores),
            start);
  }

  private void record(
      @Nullable ModuleVersion version, Split chosen, DataFile rows, Map<String, Double> scores) {
    if (record && version != null) {
      try (Registry registry = adapter.registry.open(session.context())) {
        registry
            .lifeCycle()
            .evaluated(
                version.id(), RegisterOptions.evaluation(data, chosen, rows.sha256(), scores));
      }
      session.note(common, "Recorded for " + version.id() + ".");
    }
  }

  /** Refuses what is of no effect for modules without a head. */
  private void requirePlain(String why) {
    require(threshold == null, "--threshold", why, String.valueOf(threshold));
    require(headLabels.names().isEmpty(), "--head-labels", why, headLabels.names());
  }

  private int evaluate(CheckedOut source, Split chosen, Instant start) {
    List<String> names = headLabels.names();
    HaoriJson json = adapter.describe(source, common, names);
    DomainLabels labels = json.labels();
    sought.check(labels);
    if (threshold != null) {
      var unused = labels.task().at(threshold);
    }
    DataFile rows = rows(source.folder(), chosen, labels);
    try (Interruption interruption = Interruption.ofProcess(session.console());
        FittedModel fitted =
            FittedModel.open(source, json, names, new EngineSetup(session, common), common)) {
      TokenizedRows tokens = fitted.model().tokenize(rows.rows());
      new UnknownTokenNote(session, common, fitted.base().name()).look(tokens.coverage());
      Targets targets = Targets.of(rows.rows(), labels);
      Optional<Calibration> calibration = AdapterFolder.calibration(source.folder());
      Optional<CalibrationScores> trust = Optional.empty();
      Predictions predictions;
      List<ObservedRow> observed = List.of();
      try (Scope scope = Scope.open()) {
        TextPass pass = fitted.model().pass();
        Positions positions = pass.positions(tokens);
        Tensor states = pass.states(positions);
        double[][] answers = pass.numbers(positions, states, targets.heads());
        predictions = new Predictions(new AnsweredRows(labels, targets, answers));
        if (record || RegisterOptions.profileFile(session).isPresent()) {
          float[][] vectors = TextVectors.arrays(states);
          observed =
              ObservedRows.of(positions, vectors, pass.predictions(targets.heads(), answers));
        }
        if (calibration.isPresent() && hasKnown(targets)) {
          float[][] vectors = TextVectors.arrays(states);
          trust = Optional.of(CalibrationScores.of(calibration.get(), targets, answers, vectors));
        }
      }
      predictions = threshold == null ? predictions : predictions.at(threshold);
      new WordsNote(session, common, rows.path()).look(labels.task(), rows.rows(), tokens);
      ModuleVersion version = source.version();
      if (record && version != null) {
        Map<String, Double> scores = predictions.scores().byName();
        try (Registry registry = adapter.registry.open(session.context())) {
          Evaluation evaluation = RegisterOptions.evaluation(data, chosen, rows.sha256(), scores);
          registry.lifeCycle().evaluated(version.id(), evaluation);
          if (observed.size() >= DriftProfile.LEAST_ROWS) {
            DriftProfile profile = DriftProfile.of(observed, 0);
            RegisterOptions.setReference(registry, version.id(), evaluation, profile);
          }
        }
        session.note(common, "Recorded for " + version.id() + ".");
      }
      if (!record && observed.size() >= DriftProfile.LEAST_ROWS) {
        RegisterOptions.writeProfile(session, Optional.of(DriftProfile.of(observed, 0)));
      }
      Optional<DenseBase> apart =
          json.onOther(fitted.base().precision())
              .map(other -> inTraining(source, json, names, fitted.model(), other, rows));
      finish(new EvaluationView(predictions, rows, chosen, trust, apart), labels, start);
      return interruption.requested() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }
  }

  /** With the answers of a server. */
  private int evaluate(RemoteModels models, Split chosen, Instant start) {
    remote.refuse("--base", common.base);
    remote.refuse("--record", record ? "--record" : null);
    remote.refuse("--head-labels", headLabels.names().isEmpty() ? null : headLabels.names());
    require(
        !Files.isRegularFile(data),
        "--data",
        "a folder with --server: how a single file was split for the training is not known here",
        data);
    ModuleHeads module = models.heads(adapter.adapter);
    DomainLabels labels = RemoteModels.labels(module);
    sought.check(labels);
    if (threshold != null) {
      var unused = labels.task().at(threshold);
    }
    DataFile rows = Dataset.readSplit(data, chosen, labels, reading.options(common.seed, null));
    warn(rows, labels);
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      Predictions predictions =
          new RemoteScores(models, module.version(), labels)
              .of(rows.rows(), interruption::requested);
      if (predictions == null) {
        return ExitCode.INTERRUPTED;
      }
      Predictions answered = threshold == null ? predictions : predictions.at(threshold);
      finish(
          new EvaluationView(answered, rows, chosen, Optional.empty(), Optional.empty()),
          labels,
          start);
      return interruption.requested() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }
  }

  private void finish(EvaluationView view, DomainLabels labels, Instant start) {
    Optional<DetectionView> detection = sought.view(labels, view.predictions());
    JsonResult json = view.show(session, detection);
    if (report != null) {
      Page page = new EvaluationPage(view, detection, adapter.adapter).page(session);
      AtomicFiles.writeText(report, page.html());
      session.note(common, "The report is " + report + ".");
    }
    if (common.json) {
      json.print(session.console(), session.secondsSince(start));
    }
  }

  /** The same rows on a base that is kept as it was in training. */
  private DenseBase inTraining(
      CheckedOut source,
      HaoriJson json,
      List<String> names,
      TextModel model,
      OtherBase other,
      DataFile rows) {
    EngineSetup engine = new EngineSetup(session, common);
    String name = AdapterFolder.base(source.folder(), json, common.base);
    try (TextBase base = engine.open(name, other.trained());
        TextModel trained = AdapterFolder.load(source.folder(), base, names, engine.precision())) {
      BaseDifference difference = BaseDifferences.measure(trained, model, rows.rows());
      return new DenseBase(other.trained(), difference, 0);
    }
  }

  private static boolean hasKnown(Targets targets) {
    return IntStream.range(0, targets.size()).anyMatch(row -> !targets.hasUnknown(row));
  }

  /** The rows to score; a single file is split as it was for the training. */
  private DataFile rows(Path folder, Split chosen, DomainLabels labels) {
    DataFile rows = Dataset.readSplit(data, chosen, labels, options(folder));
    warnOfAnotherFile(folder, chosen, rows);
    warn(rows, labels);
    return rows;
  }

  /** How rows are read: a single file is split as it was for the training. */
  private DataOptions options(Path folder) {
    DataOptions options = reading.options(common.seed, null);
    Optional<RecordedSplit> split = RecordedSplit.of(AdapterFolder.recordedData(folder).split());
    return Files.isRegularFile(data) && split.isPresent() && reading.splitShares == null
        ? options.withSplit(split.get().shares(), split.get().seed())
        : options;
  }

  private void warnOfAnotherFile(Path folder, Split chosen, DataFile rows) {
    String learnt = AdapterFolder.recordedData(folder).digests().get(chosen.fileName());
    if (Files.isRegularFile(data) && !rows.sha256().equals(learnt)) {
      warn(
          data
              + " is not the file, or not split as, that the adapter was trained with: some of"
              + " these rows may be training rows");
    }
  }

  private void warn(DataFile rows, DomainLabels labels) {
    Targets targets = Targets.of(rows.rows(), labels);
    if (!targets.unknown().isEmpty()) {
      Set<String> unknown = Set.copyOf(targets.unknown());
      long count = 0;
      for (int row = 0; row < rows.rows().size(); row++) {
        count += targets.hasUnknown(row) ? 1 : 0;
      }
      warn(
          count
              + " of "
              + rows.rows().size()
              + " rows have labels that the adapter does not know ("
              + String.join(", ", new TreeSet<>(unknown))
              + "); they count as errors");
    }
    if (rows.encodingFound() != null) {
      warn(rows.path() + " is read as " + rows.encodingFound() + "; --encoding chooses another");
    }
  }

  private void warn(String sentence) {
    session.console().err().println("Warning: " + sentence + ".");
  }
}
