package io.haori.training.task.answer;

import io.haori.inference.folder.BaseDifference;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** Measures what a model's answers are on a base that is kept in another way. */
public final class BaseDifferences {
  /** Rows that are answered at most, evenly spread over those given. */
  public static final int MOST_ROWS = 1_000;

  private BaseDifferences() {}

  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  private record Answered(double[][] answers, double[][] logits) {}

  /**
   * Lets both answer the same rows.
   *
   * @param trained on the base of the training
   * @param other the same model on another base
   * @param all labelled rows; at most {@value #MOST_ROWS} of them are answered
   */
  public static BaseDifference measure(TextModel trained, TextModel other, List<Row> all) {
    List<Row> rows = spread(all);
    DomainLabels labels = trained.heads().labels();
    Targets targets = Targets.of(rows, labels);
    Answered own = answered(trained.pass(), rows, targets);
    Answered others = answered(other.pass(), rows, targets);
    String score = labels.task().mainScore();
    int changed = 0;
    boolean numbers = false;
    for (int row = 0; row < rows.size(); row++) {
      LabelSet set = labels.heads().get(targets.heads()[row]).labels();
      List<String> one = labels.task().prediction(set, own.answers()[row]).labels();
      List<String> two = labels.task().prediction(set, others.answers()[row]).labels();
      changed += one.equals(two) ? 0 : 1;
      numbers |= !Double.isNaN(labels.task().prediction(set, own.answers()[row]).value());
    }
    return new BaseDifference(
        other.base().precision(),
        rows.size(),
        score,
        score(labels, targets, own, score),
        score(labels, targets, others, score),
        numbers ? Double.NaN : changed / (double) Math.max(1, rows.size()),
        apart(own.logits(), others.logits()));
  }

  private static List<Row> spread(List<Row> all) {
    if (all.size() <= MOST_ROWS) {
      return all;
    }
    return IntStream.range(0, MOST_ROWS)
        .mapToObj(i -> all.get((int) ((long) i * all.size() / MOST_ROWS)))
        .toList();
  }

  private static Answered answered(TextPass pass, List<Row> rows, Targets targets) {
    TokenizedRows tokens = pass.tokenize(rows);
    try (Scope scope = Scope.open()) {
      Positions positions = pass.positions(tokens);
      Tensor states = pass.states(positions);
      return new Answered(
          pass.numbers(positions, states, targets.heads()),
          pass.logits(positions, states, targets.heads()));
    }
  }

  private static double score(DomainLabels labels, Targets targets, Answered one, String name) {
    return labels
        .task()
        .scores(new AnsweredRows(labels, targets, one.answers()))
        .byName()
        .getOrDefault(name, Double.NaN);
  }

  /** Words that were cut have no scores. */
  private static double apart(double[][] one, double[][] two) {
    double sum = 0;
    long count = 0;
    for (int row = 0; row < one.length; row++) {
      for (int i = 0; i < one[row].length; i++) {
        double difference = Math.abs(one[row][i] - two[row][i]);
        if (!Double.isNaN(difference)) {
          sum += difference;
          count++;
        }
      }
    }
    return sum / Math.max(1, count);
  }
}
