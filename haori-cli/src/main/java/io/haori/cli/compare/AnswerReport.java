package io.haori.cli.compare;

import io.haori.analysis.comparison.MethodResult;
import io.haori.analysis.comparison.Versus;
import io.haori.analysis.metrics.AnswerScores;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.IntervalChart;
import io.haori.analysis.report.Page;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.Summary;
import io.haori.cli.session.MethodText;
import io.haori.cli.terminal.Excerpt;
import io.haori.core.language.Catalogue;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.task.spi.Row;
import io.haori.tensor.Engine;
import io.haori.training.comparison.ComparedMethod;
import io.haori.training.comparison.ComparisonPlan;
import io.haori.training.data.DataFile;
import io.haori.training.data.PromptedDataset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The page that a comparison of decoders' modules writes.
 *
 * @param data what was learnt
 * @param test rows that were answered
 * @param base as the user named it
 * @param plan methods and seeds
 * @param runs of each method, in its order, one a seed
 * @param results by exact matches, one a method
 */
record AnswerReport(
    PromptedDataset data,
    DataFile test,
    String base,
    ComparisonPlan plan,
    List<List<AnswerRun>> runs,
    List<MethodResult> results) {
  /** Answers that are shown. */
  private static final int MOST = 24;

  private static final int LONGEST = 300;

  String html(List<String> advice, Catalogue words) {
    Page page =
        new Page("Methods compared on " + data.folder().toAbsolutePath().getFileName(), words);
    advice.forEach(page::answer);
    page.heading("Figures").table(figures()).table(costs()).chart(scores());
    page.heading("Answers beside the right ones")
        .paragraph(
            "What each method writes to test rows under the first seed, those first that the fewest"
                + " methods have exactly right.")
        .table(examples());
    page.heading("How this was measured")
        .list(
            List.of(
                "Test prompts are answered with the most likely token each time. Exactly right: the"
                    + " answer is the right one but for blanks at the ends.",
                "Token F1 is the harmonic mean of the shares of words that both have, ROUGE-L the"
                    + " same for the longest sequence of words that both have in their order.",
                "The loss is the mean of −log p over the tokens of the held-out answers, in nats;"
                    + " the perplexity is its exponential."));
    page.heading("What was run").table(provenance()).table(settings());
    return page.html();
  }

  private Grid figures() {
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Summary score = results.get(i).score();
      Versus versus = results.get(i).versus();
      List<AnswerRun> ours = runs.get(i);
      double loss = mean(ours, AnswerRun::loss);
      cells.add(
          List.of(
              results.get(i).method(),
              Figures.PERCENT.text(score.mean()),
              score.count() == 1 ? "–" : Figures.PERCENT.text(score.standardDeviation()),
              Figures.PLAIN.text(mean(ours, one -> one.scores().tokenF1())),
              Figures.PLAIN.text(mean(ours, one -> one.scores().rougeL())),
              Figures.PLAIN.text(loss),
              String.format(Locale.ROOT, "%.2f", Math.exp(loss)),
              versus == null ? "" : Figures.pValue(versus.corrected())));
    }
    AnswerRun first = runs.get(0).get(0);
    cells.add(
        List.of(
            "–",
            "–",
            "–",
            "–",
            "–",
            Figures.PLAIN.text(first.lossBefore()),
            String.format(Locale.ROOT, "%.2f", Math.exp(first.lossBefore())),
            ""));
    return new Grid(
        List.of(
            "method",
            "exactly right",
            "standard deviation",
            "token F1",
            "ROUGE-L",
            "loss",
            "perplexity",
            "corrected p"),
        cells);
  }

  private static double mean(List<AnswerRun> runs, ToDoubleFunction<AnswerRun> value) {
    return runs.stream().mapToDouble(value).average().orElse(Double.NaN);
  }

  private Grid costs() {
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      AnswerRun first = runs.get(i).get(0);
      cells.add(
          List.of(
              results.get(i).method(),
              Figures.COUNT.text(first.trainable()),
              Figures.BYTES.text(first.storedBytes()),
              Figures.SECONDS.text(mean(runs.get(i), AnswerRun::seconds))));
    }
    return new Grid(List.of("method", "trained numbers", "stored", "time of a run"), cells);
  }

  private IntervalChart scores() {
    List<Interval> intervals = new ArrayList<>();
    List<double[]> single = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Summary score = results.get(i).score();
      intervals.add(
          new Interval(
              score.mean(),
              score.mean() - score.standardDeviation(),
              score.mean() + score.standardDeviation()));
      single.add(runs.get(i).stream().mapToDouble(one -> one.scores().exactMatch()).toArray());
    }
    return new IntervalChart(
        "Score of each method",
        "Large points are means over seeds, lines one standard deviation to either side, small"
            + " points single runs.",
        "share of answers that are exactly right",
        Figures.PERCENT,
        results.stream().map(MethodResult::method).toList(),
        List.of(new IntervalChart.Series("exactly right", List.copyOf(intervals), single)),
        false);
  }

  private Grid examples() {
    List<AnswerRun> firsts = runs.stream().map(ours -> ours.get(0)).toList();
    List<String> right = firsts.get(0).right();
    List<Integer> order =
        IntStream.range(0, right.size())
            .boxed()
            .sorted(Comparator.comparingLong(row -> exact(firsts, row)))
            .limit(MOST)
            .toList();
    List<String> header = new ArrayList<>(List.of("row", "prompt", "right answer"));
    results.forEach(result -> header.add(result.method()));
    List<List<String>> cells = new ArrayList<>();
    for (int index : order) {
      Row row = test.rows().get(index);
      List<String> line = new ArrayList<>();
      line.add(test.path().getFileName() + ":" + row.line());
      line.add(Excerpt.of(row.text(), LONGEST));
      line.add(Excerpt.of(right.get(index), LONGEST));
      for (AnswerRun run : firsts) {
        String mark = AnswerScores.isExact(right.get(index), run.written().get(index)) ? "✓ " : "";
        line.add(mark + Excerpt.of(run.written().get(index), LONGEST));
      }
      cells.add(line);
    }
    return new Grid(header, cells);
  }

  private static long exact(List<AnswerRun> runs, int row) {
    return runs.stream()
        .filter(run -> AnswerScores.isExact(run.right().get(row), run.written().get(row)))
        .count();
  }

  private Grid provenance() {
    return new Grid(
        List.of("what", "which"),
        List.of(
            List.of("base", base),
            List.of("training rows", Figures.COUNT.text(data.train().rows().size())),
            List.of("test rows", Figures.COUNT.text(runs.get(0).get(0).right().size())),
            List.of("seeds", plan.seeds().toString()),
            List.of("threads", String.valueOf(Engine.threads())),
            List.of("Haori", HaoriJson.codeVersion())),
        true);
  }

  private Grid settings() {
    List<List<String>> cells = new ArrayList<>();
    for (ComparedMethod method : plan.methods()) {
      cells.add(
          List.of(
              method.name(),
              MethodText.settings(method.settings().method()),
              String.valueOf(method.settings().loop().epochs()),
              String.valueOf(method.settings().loop().optimizer().learningRate()),
              String.valueOf(method.settings().batchSize())));
    }
    return new Grid(List.of("method", "settings", "epochs", "learning rate", "batch"), cells);
  }
}
