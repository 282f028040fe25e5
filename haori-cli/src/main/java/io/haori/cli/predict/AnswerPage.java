package io.haori.cli.predict;

import io.haori.analysis.metrics.AnswerScores;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.Page;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Excerpt;
import io.haori.cli.terminal.ScoreText;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.DataFile;
import io.haori.training.data.Split;
import io.haori.training.instruct.WrittenAnswers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The page that an evaluation of a decoder's module writes.
 *
 * @param adapter as the user named it
 * @param split that the rows are of
 * @param data its rows
 * @param answers to some of them
 * @param losses {@code [rows]} of the right answers, in nats a token
 * @param scores by name
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
record AnswerPage(
    String adapter,
    Split split,
    DataFile data,
    WrittenAnswers answers,
    double[] losses,
    Map<String, Double> scores) {
  /** Answers that are shown. */
  private static final int MOST = 48;

  private static final int LONGEST = 300;

  Page page(Session session) {
    Page page = new Page("Evaluation of " + adapter, session.console().words());
    page.heading("Figures")
        .table(
            new Grid(
                List.of(ScoreText.header("split", scores.keySet())),
                List.of(List.of(ScoreText.row(split.fileName(), scores.keySet(), scores)))))
        .paragraph(
            "The loss is the mean of −log p over the tokens of the right answers, in nats; the"
                + " perplexity is its exponential.");
    page.heading("Answers beside the right ones")
        .paragraph("Wrong answers come first, and of these the ones of the largest loss.")
        .table(examples());
    page.heading("What was run")
        .table(
            new Grid(
                List.of("what", "which"),
                List.of(
                    List.of("adapter", adapter),
                    List.of("data", data.path().toString()),
                    List.of("split", split.fileName()),
                    List.of("SHA-256", data.sha256())),
                true));
    return page;
  }

  private Grid examples() {
    boolean[] exact = answers.exact();
    List<Integer> order =
        IntStream.range(0, exact.length)
            .boxed()
            .sorted(
                Comparator.comparing((Integer row) -> exact[row])
                    .thenComparingDouble(row -> -losses[row]))
            .limit(MOST)
            .toList();
    List<List<String>> cells = new ArrayList<>();
    for (int index : order) {
      Row row = answers.rows().get(index);
      String right = String.valueOf(row.textPair());
      String written = answers.written().get(index);
      AnswerScores own = AnswerScores.of(List.of(right), List.of(written));
      cells.add(
          List.of(
              data.path().getFileName() + ":" + row.line(),
              Excerpt.of(row.text(), LONGEST),
              Excerpt.of(right, LONGEST),
              Excerpt.of(written, LONGEST),
              exact[index] ? "✓" : "",
              String.format(Locale.ROOT, "%.3f", own.tokenF1()),
              String.format(Locale.ROOT, "%.3f", own.rougeL()),
              String.format(Locale.ROOT, "%.3f", losses[index])));
    }
    return new Grid(
        List.of(
            "row",
            "prompt",
            "right answer",
            "answer",
            "exactly right",
            "token F1",
            "ROUGE-L",
            "loss"),
        cells);
  }
}
