package io.haori.cli;

import io.haori.analysis.comparison.Advice;
import io.haori.analysis.comparison.Answers;
import io.haori.analysis.comparison.MethodComparison;
import io.haori.analysis.comparison.MethodResult;
import io.haori.analysis.comparison.MethodRuns;
import io.haori.analysis.comparison.Versus;
import io.haori.analysis.report.Figures;
import io.haori.analysis.statistics.PairedBootstrap;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.files.AtomicFiles;
import io.haori.tensor.DType;
import io.haori.training.comparison.ComparedMethod;
import io.haori.training.comparison.Comparison;
import io.haori.training.comparison.ComparisonResult;
import io.haori.training.comparison.FinishedRun;
import io.haori.training.data.Dataset;
import io.haori.training.data.TaskKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
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
          + " goes on where it was interrupted, and more methods or seeds repeat nothing.",
      "A method's own settings are given as --set METHOD.KEY=VALUE, its learning rate as --set"
          + " METHOD.learningRate=X."
    })
final class CompareCommand implements Callable<Integer> {
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
      description = "A folder with train, validation and test (.jsonl, .csv or .tsv).")
  Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Gets the report, its figures as JSON, and the best adapter of each method.")
  Path out;

  @Mixin final CompareOptions options = new CompareOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  CompareCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    options.check();
    OutFolder.check(out, Set.of(RUNS, JSON));
    session.claim(out);
    Dataset dataset = options.rows.read(data, common.seed);
    options.check(dataset);
    ProcessMemory memory = new ProcessMemory();
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      Workbench workbench = new Workbench(session, common);
      String base = common.baseOr(CommonOptions.DEFAULT_BASE);
      DType precision = workbench.precision();
      List<ComparedMethod> methods = options.compared(precision, dataset.labels().kind());
      ComparisonResult result;
      try (ComparisonView view = new ComparisonView(session, common)) {
        result =
            new Comparison(
                    dtype -> workbench.open(base, dtype),
                    dataset,
                    methods,
                    options.seeds(common.seed),
                    out.resolve(RUNS))
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
                "Interrupted; %d of %d runs are done and kept. Go on with: %s%n",
                result.finished(), result.wanted(), ShellWords.again(spec));
        return ExitCode.INTERRUPTED;
      }
      show(dataset, methods, base, result, memory, start);
    }
    return ExitCode.DONE;
  }

  private void show(
      Dataset dataset,
      List<ComparedMethod> methods,
      String base,
      ComparisonResult result,
      ProcessMemory memory,
      Instant start) {
    MethodComparison comparison = comparison(result);
    List<CompareRow> rows = rows(comparison, result, 0);
    List<CompareRow> againstBest = rows(comparison, result, comparison.best());
    List<String> advice =
        new Advice(
                comparison,
                againstBest.stream().map(CompareRow::result).toList(),
                rows.stream().map(CompareRow::cost).toList())
            .sentences();
    table(rows).print(session.console());
    session.console().out().println();
    advice.forEach(session.console().out()::println);
    Path report = out.resolve(REPORT);
    CompareReport page =
        new CompareReport(dataset, base, methods, options.seeds(common.seed), comparison, rows);
    AtomicFiles.writeText(report, page.html(advice));
    session.console().out().println("Report: " + report);
    String line =
        new JsonResult("compare")
            .put("metric", metric(result.kind()))
            .put("rows", rows.stream().map(CompareRow::forJson).toList())
            .put("advice", advice)
            .put("report", report.toString())
            .line(session.secondsSince(start), memory.overall());
    AtomicFiles.writeText(out.resolve(JSON), line + "\n");
    if (common.json) {
      session.console().out().println(line);
    }
  }

  private static MethodComparison comparison(ComparisonResult result) {
    List<MethodRuns> runs = new ArrayList<>();
    for (ComparisonResult.Method method : result.methods()) {
      double[][] predicted =
          method.runs().stream().map(FinishedRun::predicted).toArray(double[][]::new);
      runs.add(new MethodRuns(method.name(), predicted));
    }
    Answers answers = result.kind() == TaskKind.REGRESSION ? Answers.NUMBERS : Answers.CLASSES;
    return new MethodComparison(answers, result.truth(), runs);
  }

  private List<CompareRow> rows(
      MethodComparison comparison, ComparisonResult result, int reference) {
    List<MethodResult> results =
        options.noTest
            ? comparison.untested()
            : comparison.against(reference, new PairedBootstrap(DRAWS, common.seed));
    List<CompareRow> rows = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      rows.add(new CompareRow(results.get(i), result.methods().get(i)));
    }
    return rows;
  }

  private static String metric(TaskKind kind) {
    return kind == TaskKind.REGRESSION ? "pearson" : "accuracy";
  }

  private static Table table(List<CompareRow> rows) {
    String first = rows.get(0).name();
    Table table =
        new Table("method", "score", "less " + first, "p", "trained", "stored", "s/run", "peak MB");
    for (CompareRow row : rows) {
      Versus versus = row.result().versus();
      table.row(
          row.name(),
          spread(row),
          versus == null ? "" : difference(versus),
          versus == null ? "" : Figures.pValue(versus.corrected()),
          String.format(Locale.ROOT, "%,d", row.trainable()),
          ScoreText.bytes(row.storedBytes()),
          String.format(Locale.ROOT, "%.1f", row.seconds()),
          row.peakMegabytes() < 0 ? "–" : String.format(Locale.ROOT, "%,d", row.peakMegabytes()));
    }
    return table;
  }

  static String spread(CompareRow row) {
    return row.result().score().count() == 1
        ? String.format(Locale.ROOT, "%.4f", row.result().score().mean())
        : String.format(
            Locale.ROOT,
            "%.4f ± %.4f",
            row.result().score().mean(),
            row.result().score().standardDeviation());
  }

  private static String difference(Versus versus) {
    return String.format(
        Locale.ROOT,
        "%+.3f [%+.3f, %+.3f]",
        versus.difference().estimate(),
        versus.difference().low(),
        versus.difference().high());
  }
}
