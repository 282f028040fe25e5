package io.haori.cli.predict;

import io.haori.cli.remote.RemoteModels;
import io.haori.client.AnsweredBy;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.task.spi.Task;
import io.haori.training.task.answer.Predictions;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Scores what a server's module answers.
 *
 * @param models of the server
 * @param module that answers
 * @param labels of its heads
 */
record RemoteScores(RemoteModels models, AnsweredBy module, DomainLabels labels) {
  /** Rows of one request. */
  private static final int BATCH = 256;

  /**
   * Asks for all rows.
   *
   * @param rows labelled
   * @param stopRequested asked before each request
   * @return null when it was stopped
   */
  @Nullable Predictions of(List<Row> rows, BooleanSupplier stopRequested) {
    Targets targets = Targets.of(rows, labels);
    double[][] answers = new double[rows.size()][];
    for (int from = 0; from < rows.size(); from += BATCH) {
      if (stopRequested.getAsBoolean()) {
        return null;
      }
      List<Row> batch = rows.subList(from, Math.min(rows.size(), from + BATCH));
      List<Prediction> predictions = models.predict(module, labels.task(), batch);
      for (int i = 0; i < batch.size(); i++) {
        LabelSet set = labels.heads().get(targets.heads()[from + i]).labels();
        answers[from + i] = numbers(labels.task(), predictions.get(i), set);
      }
    }
    return new Predictions(new AnsweredRows(labels, targets, answers));
  }

  /**
   * An answer as heads give it: the number; a probability a label; or, a word, 1 for the tag that
   * is answered and 0 for the others, and NaN where it was cut.
   */
  static double[] numbers(Task task, Prediction answer, LabelSet set) {
    if (!Double.isNaN(answer.value())) {
      return new double[] {answer.value()};
    }
    if (!task.readsWords()) {
      return set.names().stream()
          .mapToDouble(name -> answer.probabilities().getOrDefault(name, 0.0))
          .toArray();
    }
    double[] words = new double[answer.labels().size() * set.size()];
    for (int word = 0; word < answer.labels().size(); word++) {
      int tag = set.names().indexOf(answer.labels().get(word));
      if (tag < 0) {
        Arrays.fill(words, word * set.size(), (word + 1) * set.size(), Double.NaN);
      } else {
        words[word * set.size() + tag] = 1;
      }
    }
    return words;
  }
}
