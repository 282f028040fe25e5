package io.haori.cli.predict;

import io.haori.analysis.report.Grid;
import io.haori.analysis.report.Page;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.DetectionView;
import io.haori.cli.terminal.Excerpt;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.tune.Mistakes;
import io.haori.cli.tune.RowImages;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.training.task.answer.Predictions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The page that an evaluation writes.
 *
 * @param view what it found
 * @param detection how well the class is found that is looked for
 * @param adapter as the user named it
 */
record EvaluationPage(EvaluationView view, Optional<DetectionView> detection, String adapter) {
  /** Wrong rows, and rows of which the model is least sure. */
  private static final int MOST = 24;

  private static final int LONGEST = 300;

  /**
   * Makes it.
   *
   * @param session whose language it speaks
   */
  Page page(Session session) {
    Page page = new Page("Evaluation of " + adapter, session.console().words());
    if (view.isOfClasses()) {
      page.answer(view.sentence(view.accuracy()));
    }
    page.heading("Figures").table(scores());
    view.classGrid().ifPresent(page::table);
    view.confusionGrid().ifPresent(page::table);
    detection.ifPresent(
        found -> page.heading("Finding one class").table(found.grid()).chart(found.chart()));
    Mistakes wrong = Mistakes.of(view.data(), view.predictions(), MOST);
    if (!wrong.rows().isEmpty()) {
      page.heading(wrong.title()).table(wrong.grid()).images(wrong.images());
    }
    if (view.isOfClasses()) {
      leastSure(page);
    }
    page.heading("What was run")
        .table(
            new Grid(
                List.of("what", "which"),
                List.of(
                    List.of("adapter", adapter),
                    List.of("data", view.data().path().toString()),
                    List.of("split", view.split().fileName()),
                    List.of("SHA-256", view.data().sha256())),
                true));
    return page;
  }

  private Grid scores() {
    Map<String, Double> scores = view.predictions().scores().byName();
    return new Grid(
        List.of(ScoreText.header("split", scores.keySet())),
        List.of(List.of(ScoreText.row(view.split().fileName(), scores.keySet(), scores))));
  }

  /** Right and wrong ones: what lies between the classes. */
  private void leastSure(Page page) {
    Predictions predictions = view.predictions();
    double[] sure = predictions.confidence();
    int[] rows =
        IntStream.range(0, sure.length)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> sure[row]))
            .limit(MOST)
            .mapToInt(Integer::intValue)
            .toArray();
    List<List<String>> cells = new ArrayList<>();
    List<RowImages.Shown> shown = new ArrayList<>();
    for (int index : rows) {
      Row row = view.data().rows().get(index);
      Prediction answer = predictions.prediction(index);
      String label = Objects.requireNonNull(row.label()).text();
      String probability = String.format(Locale.ROOT, "%.3f", sure[index]);
      cells.add(
          List.of(
              view.data().path().getFileName() + ":" + row.line(),
              Excerpt.of(row.text(), LONGEST),
              label,
              answer.label(),
              probability));
      shown.add(
          new RowImages.Shown(
              row.image(), row.text() + ": " + label + " → " + answer.label() + " " + probability));
    }
    page.heading("Least sure answers")
        .table(
            new Grid(
                List.of(
                    "row",
                    shown.stream().anyMatch(one -> one.image() != null) ? "picture" : "text",
                    "right label",
                    "answer",
                    "probability"),
                cells))
        .images(RowImages.of(shown));
  }
}
