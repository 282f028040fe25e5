package io.haori.cli.predict;

import io.haori.analysis.metrics.ClassScore;
import io.haori.analysis.metrics.ConfusionMatrix;
import io.haori.analysis.report.Figures;
import io.haori.analysis.report.Grid;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.WilsonInterval;
import io.haori.cli.session.CalibrationView;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.DetectionView;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.cli.tune.DenseBase;
import io.haori.cli.tune.Mistakes;
import io.haori.cli.tune.TestInterval;
import io.haori.inference.calibration.CalibrationScores;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.training.data.DataFile;
import io.haori.training.data.Split;
import io.haori.training.task.answer.Predictions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an evaluation found.
 *
 * @param predictions of the rows
 * @param data the rows
 * @param split that they are
 * @param trust how far its probabilities can be trusted; nothing where it is not calibrated
 * @param apart what a base that is kept otherwise changes; nothing where it is kept as in training
 */
record EvaluationView(
    Predictions predictions,
    DataFile data,
    Split split,
    Optional<CalibrationScores> trust,
    Optional<DenseBase> apart) {
  /** The widest confusion table that a person reads. */
  private static final int MOST_CLASSES_SHOWN = 12;

  private static final List<String> CLASS_HEADER =
      List.of("class", "precision", "recall", "F1", "occurrences");

  private DomainLabels labels() {
    return predictions.labels();
  }

  /** Whether one class is answered. */
  boolean isOfClasses() {
    return labels().task().equals(TaskCatalogue.CLASSIFICATION);
  }

  /**
   * Prints it.
   *
   * @param session what the command runs in
   * @param detection how well the class is found that is looked for
   * @return the same for programs
   */
  JsonResult show(Session session, Optional<DetectionView> detection) {
    int rows = data.rows().size();
    Map<String, Double> scores = predictions.scores().byName();
    JsonResult json = new JsonResult("evaluate").put("split", split.fileName()).put("rows", rows);
    scores.forEach(json::put);
    json.put("scores", scores).put("dataDigest", data.sha256());
    new Table(ScoreText.header("split", scores.keySet()))
        .row(ScoreText.row(split.fileName(), scores.keySet(), scores))
        .print(session.console());
    List<ClassScore> byClass = predictions.scores().byClass();
    if (!byClass.isEmpty()) {
      session.console().out().println();
      table(byClass).print(session.console());
      json.put("classes", byClass);
    }
    if (isOfClasses()) {
      showClasses(session, json);
    }
    detection.ifPresent(
        view -> {
          session.console().out().println();
          view.print(session.console());
          json.put("detection", view.forJson());
        });
    Mistakes mistakes = Mistakes.of(data, predictions);
    mistakes.print(session.console(), "");
    json.put("mistakes", mistakes.forJson());
    TestInterval.put(json, predictions);
    trust.ifPresent(
        found -> {
          CalibrationView.show(session, found);
          json.put("calibration", CalibrationView.figures(found));
        });
    apart.ifPresent(
        found -> {
          found.print(session);
          found.put(json);
        });
    return json;
  }

  private void showClasses(Session session, JsonResult json) {
    Interval accuracy = accuracy();
    session.console().out().println(sentence(accuracy));
    json.put("accuracyInterval", new double[] {accuracy.low(), accuracy.high()});
    ConfusionMatrix confusion = predictions.confusion();
    List<String> classes = classes();
    if (classes.size() <= MOST_CLASSES_SHOWN) {
      session.console().out().println();
      table(classes, confusion).print(session.console());
    }
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("labels", classes);
    counts.put("counts", confusion.toArray());
    json.put("confusion", counts);
  }

  /** The share of right rows with its interval. */
  Interval accuracy() {
    int count = 0;
    boolean[] right = predictions.right();
    for (boolean one : right) {
      count += one ? 1 : 0;
    }
    return WilsonInterval.of(count, right.length);
  }

  /** The same in words. */
  String sentence(Interval accuracy) {
    return String.format(
        Locale.ROOT,
        "Accuracy %s, 95 %% interval %s to %s (Wilson, %,d rows)",
        Figures.PERCENT.text(accuracy.estimate()),
        Figures.PERCENT.text(accuracy.low()),
        Figures.PERCENT.text(accuracy.high()),
        data.rows().size());
  }

  /**
   * The classes of all heads one after another, with their domain where there are several, and the
   * ones that the model does not know.
   */
  private List<String> classes() {
    List<String> classes = new ArrayList<>();
    for (DomainLabels.Head head : labels().heads()) {
      for (String name : head.labels().names()) {
        classes.add(labels().size() == 1 ? name : head.domain() + "/" + name);
      }
    }
    classes.addAll(predictions.targets().unknown());
    return classes;
  }

  private static List<String> cells(ClassScore one) {
    return List.of(
        one.name(),
        ScoreText.text("precision", one.precision()),
        ScoreText.text("recall", one.recall()),
        ScoreText.text("f1", one.f1()),
        String.format(Locale.ROOT, "%,d", one.occurrences()));
  }

  private static Table table(List<ClassScore> byClass) {
    Table table = new Table(CLASS_HEADER.toArray(String[]::new));
    byClass.forEach(one -> table.row(cells(one).toArray(String[]::new)));
    return table;
  }

  /** Scores of each class as a table of a page; nothing for numbers. */
  Optional<Grid> classGrid() {
    List<ClassScore> byClass = predictions.scores().byClass();
    return byClass.isEmpty()
        ? Optional.empty()
        : Optional.of(new Grid(CLASS_HEADER, byClass.stream().map(EvaluationView::cells).toList()));
  }

  /** What was taken for what as a table of a page; nothing where it would be too wide. */
  Optional<Grid> confusionGrid() {
    List<String> classes = isOfClasses() ? classes() : List.of();
    return classes.isEmpty() || classes.size() > MOST_CLASSES_SHOWN
        ? Optional.empty()
        : Optional.of(new Grid(header(classes), rows(classes, predictions.confusion())));
  }

  private static Table table(List<String> classes, ConfusionMatrix confusion) {
    Table table = new Table(header(classes).toArray(String[]::new));
    rows(classes, confusion).forEach(row -> table.row(row.toArray(String[]::new)));
    return table;
  }

  private static List<String> header(List<String> classes) {
    List<String> header = new ArrayList<>(List.of("truth \\ predicted", ""));
    for (int k = 0; k < classes.size(); k++) {
      header.add(String.valueOf(k + 1));
    }
    return header;
  }

  /** Rows are the truth; columns, by number, the prediction. */
  private static List<List<String>> rows(List<String> classes, ConfusionMatrix confusion) {
    List<List<String>> rows = new ArrayList<>();
    for (int truth = 0; truth < classes.size(); truth++) {
      List<String> cells = new ArrayList<>(List.of(classes.get(truth), String.valueOf(truth + 1)));
      for (int k = 0; k < classes.size(); k++) {
        cells.add(String.valueOf(confusion.count(truth, k)));
      }
      rows.add(cells);
    }
    return rows;
  }
}
