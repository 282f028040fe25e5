package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.analysis.comparison.Answers;
import io.haori.analysis.comparison.MethodComparison;
import io.haori.analysis.comparison.MethodResult;
import io.haori.analysis.comparison.MethodRuns;
import io.haori.analysis.comparison.Versus;
import io.haori.analysis.metrics.RegressionScores;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.Summary;
import io.haori.cli.compare.CompareCommand;
import io.haori.cli.compare.CompareReport;
import io.haori.cli.compare.CompareRow;
import io.haori.cli.language.EnglishLeft;
import io.haori.cli.mix.MixSizeOptions;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.Table;
import io.haori.cli.tune.Baseline;
import io.haori.cli.tune.BaselineView;
import io.haori.cli.tune.Mistakes;
import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.training.baseline.TaskFit;
import io.haori.training.comparison.ComparedMethod;
import io.haori.training.comparison.ComparisonResult;
import io.haori.training.comparison.FinishedRun;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.mix.MixSize;
import io.haori.training.task.TuneSettings;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Predicted numbers in tables and reports: errors in the unit of the data beside correlation. */
final class RegressionTablesTest {
  private static final double[] TRUTH = {1_000, 2_000, 3_000, 4_000};
  private static final double[] CLOSE = {1_010, 1_990, 3_010, 3_990};
  private static final double[] CLOSER = {1_002, 2_002, 3_002, 4_002};
  private static final double[] FAR = {1_500, 2_500, 3_500, 4_500};

  private static FinishedRun run(String method, long seed, double[] predicted) {
    Map<String, Double> scores = RegressionScores.of(TRUTH, predicted).byName();
    return new FinishedRun(
        "digest",
        method,
        seed,
        predicted,
        new double[0],
        new double[0][],
        scores,
        scores,
        List.of(0.5),
        List.of(1.0),
        List.of(),
        1,
        1_234,
        2_048,
        1.5,
        300);
  }

  private static CompareRow row(String name, @Nullable Versus versus, double[]... predicted) {
    List<FinishedRun> runs =
        List.of(run(name, 42, predicted[0]), run(name, 43, predicted[predicted.length - 1]));
    double[] correlations = runs.stream().mapToDouble(run -> run.test().get("pearson")).toArray();
    return new CompareRow(
        new MethodResult(name, Summary.of(correlations), versus),
        new ComparisonResult.Method(name, runs, Path.of("kept", name), 0),
        settings(),
        new Mistakes(
            TaskCatalogue.REGRESSION,
            List.of(new Mistakes.Mistake("test.csv:2", "a pump", "1000", "1500", 500, null))));
  }

  private static TuneSettings settings() {
    return new TuneSettings(
        MethodCatalogue.create("lora", Map.of()),
        LoopConfig.DEFAULT,
        TextOptions.usual(),
        8,
        false);
  }

  private static List<CompareRow> rows() {
    Versus versus = new Versus(new Interval(-0.125, -0.25, 0.0625), List.of(), 0.25, 0.5);
    return List.of(row("lora", null, CLOSE, CLOSER), row("frozen", versus, FAR, FAR));
  }

  private static List<String> printed(Table table) {
    var out = new ByteArrayOutputStream();
    var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    table.print(
        new Console(
            InputStream.nullInputStream(), stream, stream, false, false, Console.MAX_COLUMNS));
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void aComparisonShowsTheErrorsInTheUnitOfTheData() {
    assertThat(printed(CompareCommand.table(rows(), Answers.NUMBERS)))
        .containsExactly(
            "method    correlation    RMSE     MAE  less lora                       p  trained"
                + "  stored  s/run  peak MB",
            "─".repeat(105),
            "lora    1.000 ± 0.000  6.0000  6.0000                                       1,234"
                + "  2.0 kB    1.5      300",
            "frozen  1.000 ± 0.000  500.00  500.00  −0.125 (−0.250 to +0.063)  0.5000    1,234"
                + "  2.0 kB    1.5      300");
  }

  @Test
  void theReportAndTheJsonShowTheSame() {
    List<CompareRow> rows = rows();
    CompareReport report = report(rows);

    assertThat(report.figures().header())
        .containsExactly(
            "method",
            "correlation",
            "standard deviation",
            "RMSE",
            "MAE",
            "less lora",
            "95 % interval",
            "corrected p");
    assertThat(report.figures().rows())
        .containsExactly(
            List.of("lora", "1.000", "0.000", "6.0000", "6.0000", "", "", ""),
            List.of(
                "frozen",
                "1.000",
                "0.000",
                "500.00",
                "500.00",
                "−0.125",
                "−0.250 to +0.063",
                "0.5000"));
    assertThat(report.scoreGrid().header())
        .containsExactly("method", "pearson", "spearman", "rmse", "mae");
    assertThat(report.scoreGrid().rows())
        .containsExactly(
            List.of("lora", "1.0000", "1.0000", "6.0000", "6.0000"),
            List.of("frozen", "1.0000", "1.0000", "500.00", "500.00"));
    assertThat(report.html(List.of("One sentence."), Catalogue.of(Language.ENGLISH)))
        .contains("<th>RMSE</th><th>MAE</th>", "<td>500.00</td><td>500.00</td>")
        .contains("Largest errors of frozen");
    assertThat(rows.get(1).forJson())
        .containsEntry(
            "scores", Map.of("pearson", 1.0, "spearman", 1.0, "rmse", 500.0, "mae", 500.0));
  }

  @Test
  void theReportIsJapaneseThroughout() {
    String html = report(rows()).html(List.of(), Catalogue.of(Language.JAPANESE));

    assertThat(html).contains("<html lang=\"ja\">", "標準偏差", "学習曲線");
    assertThat(EnglishLeft.in(html)).isEmpty();
  }

  private static CompareReport report(List<CompareRow> rows) {
    DataFile file = new DataFile(Path.of("folder", "test.csv"), List.of(), "0");
    DomainLabels labels =
        new DomainLabels(
            TaskCatalogue.REGRESSION, List.of(new DomainLabels.Head("", LabelSet.of(List.of()))));
    Dataset data = new Dataset(Path.of("folder"), labels, file, file, file);
    ComparedMethod method = new ComparedMethod("lora", settings());
    MethodComparison comparison =
        new MethodComparison(
            Answers.NUMBERS,
            TRUTH,
            List.of(
                new MethodRuns("lora", new double[][] {CLOSE, CLOSER}),
                new MethodRuns("frozen", new double[][] {FAR, FAR})));
    return new CompareReport(
        data, "minilm", List.of(method), List.of(42L, 43L), comparison, null, rows);
  }

  private static TaskFit fit(String name, double[] predicted) {
    Map<String, Double> scores = RegressionScores.of(TRUTH, predicted).byName();
    return new TaskFit(name, scores, scores, Answers.NUMBERS, TRUTH, predicted, 1_234, 7);
  }

  @Test
  void aMixIsShownBesideOtherWaysWithItsErrors() {
    BaselineView view =
        new BaselineView(
            fit("mix", CLOSE), List.of(new Baseline(fit("LoRA", FAR), "LoRA (haori tune)")), 1);

    assertThat(printed(view.table()))
        .containsExactly(
            "way   validation    test  test RMSE  test MAE  the mix gains  95 % interval   trained"
                + "  s",
            "─".repeat(88),
            "mix       1.0000  1.0000     10.000    10.000                                   1,234"
                + "  7",
            "LoRA      1.0000  1.0000     500.00    500.00          0.000  0.000 to 0.000    1,234"
                + "  7");
  }

  @Test
  void aSizeOfAMixIsShownWithItsErrors() {
    Map<String, Double> close = RegressionScores.of(TRUTH, CLOSE).byName();
    Map<String, Double> far = RegressionScores.of(TRUTH, FAR).byName();

    assertThat(
            printed(
                MixSizeOptions.table(
                    List.of(
                        new MixSize(null, 4_096, 0, close, close),
                        new MixSize(2, 1_024, 0.125, far, far)))))
        .containsExactly(
            "stored as             bytes  energy lost  validation    test  test RMSE  test MAE",
            "─".repeat(81),
            "mix and its modules  4.0 kB       0.00 %      1.0000  1.0000     10.000    10.000",
            "one LoRA of rank 2   1.0 kB      12.50 %      1.0000  1.0000     500.00    500.00");
  }
}
