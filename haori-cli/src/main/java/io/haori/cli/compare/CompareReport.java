package io.haori.cli.compare;

import io.haori.analysis.comparison.Answers;
import io.haori.analysis.comparison.MethodComparison;
import io.haori.analysis.comparison.MethodPairs;
import io.haori.analysis.comparison.Versus;
import io.haori.analysis.report.Axis;
import io.haori.analysis.report.CurveChart;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.IntervalChart;
import io.haori.analysis.report.Page;
import io.haori.analysis.report.ScatterChart;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.Summary;
import io.haori.cli.session.MethodText;
import io.haori.cli.terminal.ScoreText;
import io.haori.core.language.Catalogue;
import io.haori.inference.folder.HaoriJson;
import io.haori.tensor.Engine;
import io.haori.training.comparison.ComparedMethod;
import io.haori.training.comparison.FinishedRun;
import io.haori.training.data.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The page that a comparison writes.
 *
 * @param data what was learnt
 * @param base as the user named it
 * @param methods with their settings
 * @param seeds of the runs
 * @param comparison the runs' answers
 * @param pairs the tests of all pairs of methods; null where none was made
 * @param rows the figures, one a method
 */
public record CompareReport(
    Dataset data,
    String base,
    List<ComparedMethod> methods,
    List<Long> seeds,
    MethodComparison comparison,
    @Nullable MethodPairs pairs,
    List<CompareRow> rows) {
  public String html(List<String> advice, Catalogue words) {
    Page page =
        new Page("Methods compared on " + data.folder().toAbsolutePath().getFileName(), words);
    advice.forEach(page::answer);
    page.heading("Figures").table(figures()).table(costs());
    MethodPairs tested = pairs;
    if (tested != null && rows.size() > 2) {
      page.heading("All pairs")
          .paragraph("Score of the method of the row less that of the column, 95 % interval.")
          .table(ComparePairs.grid(comparison, tested));
    }
    page.chart(scores());
    page.chart(
        scatter(
            "Score against size",
            "Further left is smaller, further up is better. The size of an adapter's files is on a"
                + " logarithmic scale; lines span one standard deviation over seeds.",
            Axis.logarithmic("stored", Figures.BYTES),
            true));
    page.chart(
        scatter(
            "Score against time",
            "Further left is faster, further up is better. Training and validation of one run, on a"
                + " logarithmic scale; lines span one standard deviation over seeds.",
            Axis.logarithmic("time of a run", Figures.SECONDS),
            false));
    page.chart(curves());
    if (rows.stream().anyMatch(row -> !row.method().runs().get(0).outerLosses().isEmpty())) {
      page.chart(levels());
    }
    mistakes(page);
    page.heading("All scores").paragraph("Means over seeds, on the test rows.").table(scoreGrid());
    page.heading("How this was measured").list(howMeasured());
    page.heading("What was run").table(provenance()).table(settings());
    page.heading("What to do next")
        .paragraph("The adapter with the best validation score is kept for each method:");
    rows.forEach(
        row ->
            page.command("./haori predict --adapter " + row.method().adapter() + " --input FILE"));
    return page.html();
  }

  private void mistakes(Page page) {
    for (CompareRow row : rows) {
      if (!row.mistakes().rows().isEmpty()) {
        page.heading(row.mistakes().title() + " of " + row.name())
            .paragraph(
                "Test rows by file and line, answered by the adapter that is kept. A mistake of"
                    + " which the model is sure is often a wrong label.")
            .table(row.mistakes().grid())
            .images(row.mistakes().images());
      }
    }
  }

  private Figures unit() {
    return comparison.answers().inPercent() ? Figures.PERCENT : Figures.PLAIN;
  }

  private String metric() {
    return metric(rows, comparison.answers());
  }

  /** What the methods are compared by, in a word or two. */
  static String metric(List<CompareRow> rows, Answers answers) {
    if (answers == Answers.NUMBERS) {
      return "correlation";
    }
    return rows.get(0).mistakes().task().comparedScore();
  }

  /** Scores and tests; for numbers with the errors in the unit of the data. */
  public Grid figures() {
    List<List<String>> cells = new ArrayList<>();
    for (CompareRow row : rows) {
      Summary score = row.result().score();
      Versus versus = row.result().versus();
      List<String> line = new ArrayList<>();
      line.add(row.name());
      line.add(unit().text(score.mean()));
      line.add(score.count() == 1 ? "–" : unit().text(score.standardDeviation()));
      line.addAll(ScoreText.errors(row.meanScores()));
      line.add(versus == null ? "" : unit().difference(versus.difference().estimate()));
      line.add(
          versus == null
              ? ""
              : unit().interval(versus.difference().low(), versus.difference().high()));
      line.add(versus == null ? "" : Figures.pValue(versus.corrected()));
      cells.add(line);
    }
    List<String> header = new ArrayList<>(List.of("method", metric(), "standard deviation"));
    header.addAll(ScoreText.errorNames(rows.get(0).meanScores()));
    header.addAll(List.of("less " + rows.get(0).name(), "95 % interval", "corrected p"));
    return new Grid(header, cells);
  }

  private Grid costs() {
    List<List<String>> cells = new ArrayList<>();
    for (CompareRow row : rows) {
      cells.add(
          List.of(
              row.name(),
              Figures.COUNT.text(row.trainable()),
              Figures.BYTES.text(row.storedBytes()),
              Figures.SECONDS.text(row.seconds()),
              row.peakMegabytes() < 0 ? "–" : Figures.COUNT.text(row.peakMegabytes()) + " MB"));
    }
    return new Grid(
        List.of("method", "trained numbers", "stored", "time of a run", "peak memory"), cells);
  }

  private IntervalChart scores() {
    List<Interval> intervals = new ArrayList<>();
    List<double[]> runs = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      intervals.add(spread(rows.get(i).result().score()));
      double[] single = new double[comparison.runs()];
      for (int run = 0; run < single.length; run++) {
        single[run] = comparison.score(comparison.methods().get(i), run);
      }
      runs.add(single);
    }
    return new IntervalChart(
        "Score of each method",
        "Large points are means over seeds, lines one standard deviation to either side, small"
            + " points single runs.",
        metric() + " on the test rows",
        unit(),
        rows.stream().map(CompareRow::name).toList(),
        List.of(new IntervalChart.Series(metric(), List.copyOf(intervals), runs)),
        false);
  }

  private static Interval spread(Summary score) {
    return new Interval(
        score.mean(),
        score.mean() - score.standardDeviation(),
        score.mean() + score.standardDeviation());
  }

  private ScatterChart scatter(String title, String caption, Axis x, boolean bytes) {
    List<ScatterChart.Point> points =
        rows.stream()
            .map(
                row ->
                    new ScatterChart.Point(
                        row.name(),
                        // A logarithm wants more than nothing.
                        bytes ? row.storedBytes() : Math.max(row.seconds(), 1e-3),
                        spread(row.result().score())))
            .toList();
    return new ScatterChart(title, caption, x, Axis.linear(metric(), unit()), points);
  }

  private CurveChart curves() {
    List<CurveChart.Curve> curves = new ArrayList<>();
    for (CompareRow row : rows) {
      List<List<Double>> runs = row.method().runs().stream().map(FinishedRun::curve).toList();
      curves.add(meanCurve(row.name(), runs));
    }
    return new CurveChart(
        "Learning curves",
        "Score on the validation rows after each epoch, mean over seeds. A curve that still rises"
            + " at its end asks for more epochs.",
        Axis.linear("epoch", Figures.COUNT),
        Axis.linear(metric(), unit()),
        curves);
  }

  private CurveChart levels() {
    List<CurveChart.Curve> curves = new ArrayList<>();
    for (CompareRow row : rows) {
      List<List<Double>> outer =
          row.method().runs().stream().map(FinishedRun::outerLosses).toList();
      if (!outer.get(0).isEmpty()) {
        List<List<Double>> inner =
            row.method().runs().stream()
                .map(run -> run.losses().subList(0, run.outerLosses().size()))
                .toList();
        curves.add(meanCurve(row.name() + ", inner rows", inner));
        curves.add(meanCurve(row.name() + ", outer rows", outer));
      }
    }
    return new CurveChart(
        "Learning curves of both levels",
        "Mean loss of each epoch at two levels, mean over seeds: the lower level learns from the"
            + " inner rows, the upper one from the outer rows, which the lower one does not see. A"
            + " gap that widens is overfitting of the lower level.",
        Axis.linear("epoch", Figures.COUNT),
        Axis.linear("loss", Figures.PLAIN),
        curves);
  }

  /** The mean of runs, as far as all of them go. */
  private static CurveChart.Curve meanCurve(String name, List<List<Double>> runs) {
    int epochs = runs.stream().mapToInt(List::size).min().orElseThrow();
    double[] x = new double[epochs];
    double[] y = new double[epochs];
    for (int epoch = 0; epoch < epochs; epoch++) {
      int at = epoch;
      x[epoch] = epoch + 1;
      y[epoch] = runs.stream().mapToDouble(run -> run.get(at)).average().orElseThrow();
    }
    return new CurveChart.Curve(name, x, y, null);
  }

  public Grid scoreGrid() {
    List<String> names = new ArrayList<>(rows.get(0).meanScores().keySet());
    List<String> header = new ArrayList<>(names);
    header.add(0, "method");
    List<List<String>> cells =
        rows.stream()
            .map(row -> List.of(ScoreText.row(row.name(), names, row.meanScores())))
            .toList();
    return new Grid(header, cells);
  }

  private List<String> howMeasured() {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        String.format(
            Locale.ROOT,
            "Each method learnt from the same %,d training rows, with the same seeds (%d to %d)."
                + " %,d validation rows chose the epoch; all scores are of the %,d test rows, from"
                + " which no run learnt anything.",
            data.train().rows().size(),
            seeds.get(0),
            seeds.get(seeds.size() - 1),
            data.validation().rows().size(),
            data.test().rows().size()));
    if (rows.stream().anyMatch(row -> row.result().versus() != null)) {
      sentences.add(
          "Intervals: paired bootstrap over test rows and seeds. Two methods differ beyond chance"
              + " where the interval does not contain 0 and the corrected p is below 0.05.");
      sentences.add(
          comparison.answers() == Answers.CLASSES
              ? "p: McNemar's exact test of each seed's pair of models, combined over seeds by"
                  + " Rüger's rule, corrected for the number of pairs of methods by Holm's."
              : "p: by the bootstrap, corrected for the number of pairs of methods by Holm's"
                  + " rule.");
    }
    sentences.add(
        "A run's time is that of training and validation; other work on the machine makes it"
            + " longer.");
    sentences.add(
        "Peak memory is that of the whole process during the method's runs, with the base, the rows"
            + " and Java. Memory that earlier runs no longer used was returned to the system before"
            + " each run. A dash: this system does not report it.");
    return sentences;
  }

  private Grid provenance() {
    return new Grid(
        List.of("what", "which"),
        List.of(
            List.of("base", base),
            List.of("precision", methods.get(0).settings().text().precision().name()),
            List.of(
                "base kept as",
                methods.stream()
                    .map(method -> method.settings().baseForm().precision().id())
                    .distinct()
                    .collect(Collectors.joining(", "))),
            List.of("threads", String.valueOf(Engine.threads())),
            List.of("Haori", HaoriJson.codeVersion()),
            List.of("data", data.folder().toString()),
            List.of("train, SHA-256", data.train().sha256()),
            List.of("validation, SHA-256", data.validation().sha256()),
            List.of("test, SHA-256", data.test().sha256())),
        true);
  }

  private Grid settings() {
    return new Grid(
        List.of("method", "learning rate", "epochs", "batch", "settings"),
        methods.stream()
            .map(
                method ->
                    List.of(
                        method.name(),
                        String.valueOf(method.settings().loop().optimizer().learningRate()),
                        String.valueOf(method.settings().loop().epochs()),
                        String.valueOf(method.settings().batchSize()),
                        MethodText.settings(method.settings().method())))
            .toList());
  }
}
