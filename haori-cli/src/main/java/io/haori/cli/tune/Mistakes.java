package io.haori.cli.tune;

import io.haori.analysis.metrics.WorstRows;
import io.haori.analysis.report.Grid;
import io.haori.analysis.report.PageImage;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.Excerpt;
import io.haori.cli.terminal.Table;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.training.data.DataFile;
import io.haori.training.task.answer.Predictions;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The worst mistakes of a model on labelled rows: the wrong answers that it is most sure of or, for
 * numbers, the largest errors.
 *
 * @param task what is answered
 * @param rows the worst first
 */
public record Mistakes(Task task, List<Mistake> rows) {
  /** How many are listed. */
  public static final int MOST = 5;

  /** Whose answers one number says. */
  private static final Set<Task> BY_INDEX =
      Set.of(TaskCatalogue.CLASSIFICATION, TaskCatalogue.REGRESSION);

  private static final int WIDTH = 48;
  private static final int LONGEST = 300;
  private static final MathContext DIGITS = new MathContext(6);

  /**
   * One of them.
   *
   * @param place file and line
   * @param text what was read
   * @param label the right class or number
   * @param answer of the model
   * @param size probability of the answer, the error in the unit of the data, or the loss
   * @param image file of the picture that was read; null for a text
   */
  public record Mistake(
      String place, String text, String label, String answer, double size, @Nullable Path image) {}

  /** The worst of a model's answers. */
  public static Mistakes of(DataFile data, Predictions predictions) {
    return of(data, predictions, MOST);
  }

  /**
   * The same, of another number.
   *
   * @param most how many at most
   */
  public static Mistakes of(DataFile data, Predictions predictions, int most) {
    if (!BY_INDEX.contains(predictions.labels().task())) {
      return ofLosses(data, predictions, most);
    }
    return of(
        data,
        predictions.labels(),
        predictions.truth(),
        predictions.predicted(),
        predictions.confidence(),
        most);
  }

  /** The wrong answers of several parts with the largest loss. */
  private static Mistakes ofLosses(DataFile data, Predictions predictions, int most) {
    boolean[] right = predictions.right();
    double[] losses = predictions.losses();
    List<Mistake> rows =
        IntStream.range(0, right.length)
            .filter(row -> !right[row])
            .boxed()
            .sorted(Comparator.comparingDouble(row -> -losses[row]))
            .limit(most)
            .map(
                index -> {
                  Row row = data.rows().get(index);
                  List<String> answer = predictions.prediction(index).labels();
                  return new Mistake(
                      place(data.path(), row),
                      text(row),
                      Objects.requireNonNull(row.label()).text(),
                      answer.isEmpty() ? "none" : String.join(" ", answer),
                      losses[index],
                      row.image());
                })
            .toList();
    return new Mistakes(predictions.labels().task(), rows);
  }

  /**
   * The worst of some answers.
   *
   * @param data the rows
   * @param labels the heads
   * @param truth {@code [rows]} index of the right class, all heads counted, or the right number
   * @param predicted {@code [rows]} the same of the answer
   * @param confidence {@code [rows]} probability of the answer; not read for numbers
   */
  public static Mistakes of(
      DataFile data, DomainLabels labels, double[] truth, double[] predicted, double[] confidence) {
    return of(data, labels, truth, predicted, confidence, MOST);
  }

  private static Mistakes of(
      DataFile data,
      DomainLabels labels,
      double[] truth,
      double[] predicted,
      double[] confidence,
      int most) {
    if (!BY_INDEX.contains(labels.task())) {
      return new Mistakes(labels.task(), List.of());
    }
    boolean numbers = labels.task().equals(TaskCatalogue.REGRESSION);
    int[] worst =
        numbers
            ? WorstRows.largestErrors(truth, predicted, most)
            : WorstRows.mostConfident(truth, predicted, confidence, most);
    List<String> classes = classes(labels);
    List<Mistake> rows = new ArrayList<>();
    for (int index : worst) {
      Row row = data.rows().get(index);
      rows.add(
          new Mistake(
              place(data.path(), row),
              text(row),
              numbers ? number(truth[index]) : Objects.requireNonNull(row.label()).text(),
              numbers ? number(predicted[index]) : classes.get((int) predicted[index]),
              numbers ? Math.abs(predicted[index] - truth[index]) : confidence[index],
              row.image()));
    }
    return new Mistakes(labels.task(), List.copyOf(rows));
  }

  /**
   * The same with the domain's name before the file's, where files of several domains are meant.
   */
  Mistakes in(String domain) {
    return new Mistakes(
        task,
        rows.stream()
            .map(
                one ->
                    new Mistake(
                        domain + "/" + one.place(),
                        one.text(),
                        one.label(),
                        one.answer(),
                        one.size(),
                        one.image()))
            .toList());
  }

  /**
   * The worst of several lists.
   *
   * @param lists of one task; at least one
   */
  static Mistakes worst(List<Mistakes> lists) {
    return new Mistakes(
        lists.get(0).task(),
        lists.stream()
            .flatMap(list -> list.rows().stream())
            .sorted(Comparator.comparingDouble(one -> -one.size()))
            .limit(MOST)
            .toList());
  }

  private static String place(Path file, Row row) {
    return file.getFileName() + ":" + row.line();
  }

  private static String text(Row row) {
    return row.textPair() == null ? row.text() : row.text() + " | " + row.textPair();
  }

  private static List<String> classes(DomainLabels labels) {
    return labels.heads().stream().flatMap(head -> head.labels().names().stream()).toList();
  }

  private static String number(double value) {
    return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
  }

  /** What the list is, for its heading. */
  public String title() {
    return BY_INDEX.contains(task)
        ? task.equals(TaskCatalogue.REGRESSION) ? "Largest errors" : "Most confident mistakes"
        : "Wrong rows with the largest loss";
  }

  /** Prints them, unless there are none. */
  public void print(Console console, String whose) {
    if (rows.isEmpty()) {
      return;
    }
    console.out().println();
    console.out().println(title() + whose + ":");
    Table table = new Table(header().toArray(String[]::new));
    rows.forEach(row -> table.row(cells(row, WIDTH).toArray(String[]::new)));
    table.print(console);
  }

  /** As a table of a page. */
  public Grid grid() {
    return new Grid(header(), rows.stream().map(row -> cells(row, LONGEST)).toList());
  }

  /** The pictures of the rows, as a page shows them; none for texts. */
  public List<PageImage> images() {
    return RowImages.of(
        rows.stream()
            .map(
                one ->
                    new RowImages.Shown(
                        one.image(),
                        one.text()
                            + ": "
                            + one.label()
                            + " → "
                            + one.answer()
                            + " "
                            + size(one.size())))
            .toList());
  }

  /** What a mistake's size is. */
  private String measure() {
    return task.equals(TaskCatalogue.REGRESSION)
        ? "error"
        : BY_INDEX.contains(task) ? "probability" : "loss";
  }

  private List<String> header() {
    return task.equals(TaskCatalogue.REGRESSION)
        ? List.of("row", read(), "right number", "answer", "error")
        : List.of("row", read(), "right label", "answer", measure());
  }

  /** What was read. */
  private String read() {
    return rows.stream().anyMatch(row -> row.image() != null) ? "picture" : "text";
  }

  private List<String> cells(Mistake row, int width) {
    return List.of(
        row.place(), Excerpt.of(row.text(), width), row.label(), row.answer(), size(row.size()));
  }

  private String size(double size) {
    return task.equals(TaskCatalogue.REGRESSION)
        ? number(size)
        : String.format(Locale.ROOT, "%.3f", size);
  }

  /** As the command's JSON shows them. */
  public List<Map<String, Object>> forJson() {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Mistake row : rows) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("row", row.place());
      one.put("text", Excerpt.of(row.text(), LONGEST));
      one.put("label", row.label());
      one.put("answer", row.answer());
      one.put(measure(), row.size());
      list.add(one);
    }
    return list;
  }
}
