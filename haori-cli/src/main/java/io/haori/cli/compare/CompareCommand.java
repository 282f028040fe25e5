package io.haori.cli.compare;

import static io.haori.core.check.Check.require;

import io.haori.analysis.comparison.Advice;
import io.haori.analysis.comparison.Answers;
import io.haori.analysis.comparison.MethodComparison;
import io.haori.analysis.comparison.MethodPairs;
import io.haori.analysis.comparison.MethodResult;
import io.haori.analysis.comparison.MethodRuns;
import io.haori.analysis.comparison.Versus;
import io.haori.analysis.report.Figures;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.PairedBootstrap;
import io.haori.analysis.statistics.Summary;
import io.haori.cli.options.ClusterOptions;
import io.haori.cli.output.ForceOption;
import io.haori.cli.output.OutFolder;
import io.haori.cli.output.RunRecord;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.ComparisonView;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.PoolingNote;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ProcessMemory;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.ShellWords;
import io.haori.cli.terminal.Table;
import io.haori.cli.tune.Mistakes;
import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.training.comparison.ComparedMethod;
import io.haori.training.comparison.Comparison;
import io.haori.training.comparison.ComparisonPlan;
import io.haori.training.comparison.ComparisonResult;
import io.haori.training.comparison.FinishedRun;
import io.haori.training.data.Dataset;
import io.haori.training.data.PromptedDataset;
import io.haori.training.work.WorkPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code haori compare}: several methods side by side, with tests and a report. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fits several methods to one dataset, each with several seeds on one loaded base, tests the"
          + " differences and writes a report. Finished runs are kept in --out: the same command"
          + " continues where it was interrupted, and more methods or seeds repeat nothing.",
      "A method's own settings are given as --set METHOD.KEY=VALUE, its learning rate as --set"
          + " METHOD.learningRate=X."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori compare --data tickets --methods lora,dora --out compared")
public final class CompareCommand implements Callable<Integer> {
  private static final String RUNS = "runs";
  private static final String JSON = "comparison.json";
  private static final String REPORT = "report.html";
  private static final int DRAWS = 2_000;

  private final Session session;

  @Spec CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "A folder with train, validation and test (jsonl, csv or tsv).")
  Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Gets the report, its figures as JSON, and the best adapter of each method.")
  Path out;

  @Mixin final ForceOption force = new ForceOption();

  @Mixin final CompareOptions options = new CompareOptions();

  @Mixin final ClusterOptions cluster = new ClusterOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  public CompareCommand(Session session) {
    this.session = session;
  }

  private boolean noted;

  /** The base, after what there is to say about the data, once. */
  private TextBase noted(TextBase base, Dataset dataset, List<ComparedMethod> methods) {
    if (!noted) {
      noted = true;
      TextOptions text = methods.get(0).settings().text();
      DataNotes.show(session, common, dataset, base.reader(), text.maxLength());
      options.budget.noteLength(session, common);
      PoolingNote.show(session, common, dataset, base, text);
    }
    return base;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    options.fill(spec);
    common.check();
    cluster.check();
    options.budget.on(common.baseOr(CommonOptions.DEFAULT_BASE), common);
    options.check();
    try (RunRecord record =
        RunRecord.open(spec, out, force.force, Set.of(RUNS, JSON), options.record())) {
      session.claim(out);
      return run(record, start);
    }
  }

  private int run(RunRecord record, Instant start) throws IOException {
    if (PromptedDataset.isIn(data, options.rows.options(common.seed))) {
      PromptedDataset prompted = options.rows.prompted(data, common.seed);
      require(
          !cluster.isElsewhere(), "--on", "left out for rows with prompt and completion", "given");
      DType precision = new EngineSetup(session, common).precision();
      ComparisonPlan plan = options.plan(precision, TaskCatalogue.CLASSIFICATION, common.seed);
      record.keepDigests(prompted.digests());
      return new AnswerComparison(session, common, spec, out)
          .run(prompted, plan, options.noTest, start);
    }
    Dataset dataset = options.rows.read(data, common.seed);
    options.check(dataset);
    EngineSetup engine = new EngineSetup(session, common);
    DType precision = engine.precision();
    ComparisonPlan plan = options.plan(precision, dataset.labels().task(), common.seed);
    record.keep(Map.of(OutFolder.name(data), dataset));
    ProcessMemory memory = new ProcessMemory();
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      String base = common.baseOr(CommonOptions.DEFAULT_BASE);
      List<ComparedMethod> methods = plan.methods();
      ComparisonResult result;
      try (WorkPlace place = cluster.isElsewhere() ? cluster.open(common) : null;
          ComparisonView view = new ComparisonView(session, common)) {
        Comparison comparison =
            new Comparison(
                form -> noted(engine.open(base, form), dataset, methods),
                dataset,
                plan,
                out.resolve(RUNS));
        result =
            (place == null ? comparison : comparison.on(place))
                .listener(view)
                .stopWhen(interruption::requested)
                .meter(memory)
                .run();
      }
      if (result.interrupted()) {
        session
            .console()
            .err()
            .printf(
                "Interrupted; %d of %d runs are done and kept. Continue with: %s%n",
                result.finished(), result.wanted(), ShellWords.again(spec));
        return ExitCode.INTERRUPTED;
      }
      show(dataset, plan, base, result, memory, start);
    }
    return ExitCode.DONE;
  }

  private void show(
      Dataset dataset,
      ComparisonPlan plan,
      String base,
      ComparisonResult result,
      ProcessMemory memory,
      Instant start) {
    MethodComparison comparison = comparison(result);
    MethodPairs pairs =
        options.noTest ? null : comparison.pairs(new PairedBootstrap(DRAWS, common.seed));
    List<CompareRow> rows = rows(comparison, pairs, dataset, plan.methods(), result);
    Advice advice = new Advice(comparison, pairs, rows.stream().map(CompareRow::cost).toList());
    List<String> sentences = advice.sentences();
    table(rows, comparison.answers()).print(session.console());
    session.console().out().println();
    sentences.forEach(session.console().out()::println);
    CompareRow recommended = rows.get(advice.recommended());
    recommended
        .mistakes()
        .print(session.console(), " of " + recommended.name() + " on the test rows");
    session.console().out().println();
    Path report = out.resolve(REPORT);
    CompareReport page =
        new CompareReport(dataset, base, plan.methods(), plan.seeds(), comparison, pairs, rows);
    AtomicFiles.writeText(report, page.html(sentences, session.console().words()));
    session.console().out().println("Report: " + report);
    JsonResult json =
        new JsonResult("compare")
            .put("metric", result.task().comparedScore())
            .put("plan", plan.toJson())
            .put("rows", rows.stream().map(CompareRow::forJson).toList());
    if (pairs != null) {
      json.put("pairs", ComparePairs.forJson(comparison, pairs));
    }
    String line =
        json.put("clearWinner", advice.clear())
            .put("recommended", recommended.name())
            .put("advice", sentences)
            .put("report", report.toString())
            .line(session.secondsSince(start), memory.overall());
    AtomicFiles.writeText(out.resolve(JSON), line + "\n");
    if (common.json) {
      session.console().json().println(line);
    }
  }

  private static MethodComparison comparison(ComparisonResult result) {
    List<MethodRuns> runs = new ArrayList<>();
    for (ComparisonResult.Method method : result.methods()) {
      double[][] predicted =
          method.runs().stream().map(FinishedRun::predicted).toArray(double[][]::new);
      double[][][] shares =
          method.runs().stream().map(FinishedRun::shares).toArray(double[][][]::new);
      runs.add(new MethodRuns(method.name(), predicted, shares));
    }
    return new MethodComparison(result.task().comparedBy(), result.truth(), runs);
  }

  private static List<CompareRow> rows(
      MethodComparison comparison,
      @Nullable MethodPairs pairs,
      Dataset dataset,
      List<ComparedMethod> methods,
      ComparisonResult result) {
    List<MethodResult> results =
        pairs == null ? comparison.untested() : comparison.against(0, pairs);
    List<CompareRow> rows = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      ComparisonResult.Method method = result.methods().get(i);
      FinishedRun kept = method.keptRun();
      Mistakes mistakes =
          Mistakes.of(
              dataset.test(),
              dataset.labels(),
              result.truth(),
              kept.predicted(),
              kept.confidence());
      rows.add(new CompareRow(results.get(i), method, methods.get(i).settings(), mistakes));
    }
    return rows;
  }

  /** The figures, one row a method; for numbers with the errors in the unit of the data. */
  public static Table table(List<CompareRow> rows, Answers answers) {
    Figures figures = answers.inPercent() ? Figures.PERCENT : Figures.PLAIN;
    String first = rows.get(0).name();
    List<String> header = new ArrayList<>(List.of("method"));
    header.add(CompareReport.metric(rows, answers));
    header.addAll(ScoreText.errorNames(rows.get(0).meanScores()));
    header.add("less " + first + (answers.inPercent() ? ", points" : ""));
    header.addAll(List.of("p", "trained", "stored", "s/run", "peak MB"));
    Table table = new Table(header.toArray(String[]::new));
    for (CompareRow row : rows) {
      Versus versus = row.result().versus();
      List<String> cells = new ArrayList<>(List.of(row.name(), spread(row, figures)));
      cells.addAll(ScoreText.errors(row.meanScores()));
      cells.add(versus == null ? "" : difference(versus, figures));
      cells.add(versus == null ? "" : Figures.pValue(versus.corrected()));
      cells.add(String.format(Locale.ROOT, "%,d", row.trainable()));
      cells.add(ScoreText.bytes(row.storedBytes()));
      cells.add(String.format(Locale.ROOT, "%.1f", row.seconds()));
      cells.add(
          row.peakMegabytes() < 0 ? "–" : String.format(Locale.ROOT, "%,d", row.peakMegabytes()));
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private static String spread(CompareRow row, Figures figures) {
    Summary score = row.result().score();
    String mean = figures.text(score.mean());
    return score.count() == 1
        ? mean
        : mean + " ± " + figures.text(score.standardDeviation()).replace(" %", "");
  }

  private static String difference(Versus versus, Figures figures) {
    Interval interval = versus.difference();
    return figures.cell(interval.estimate(), interval.low(), interval.high());
  }
}
