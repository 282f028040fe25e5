package io.haori.training.task;

import io.haori.analysis.metrics.ClassificationScores;
import io.haori.analysis.metrics.ConfusionMatrix;
import io.haori.analysis.metrics.RegressionScores;
import io.haori.analysis.metrics.Scores;
import io.haori.training.data.DataFile;
import io.haori.training.data.DomainLabels;
import io.haori.training.data.Targets;
import io.haori.training.data.TaskKind;
import io.haori.training.data.TokenizedRows;
import java.util.Arrays;

/**
 * What a model says of labelled rows, beside what is right.
 *
 * @param labels the heads
 * @param targets what is right
 * @param answers {@code [n][outputs]} what the model says: probabilities of the classes, or the
 *     number
 * @param numbers {@code [n]} the numbers of a regression with all their digits; empty for classes
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record Predictions(
    DomainLabels labels, Targets targets, float[][] answers, double[] numbers) {
  /** Of classes. */
  Predictions(DomainLabels labels, Targets targets, float[][] answers) {
    this(labels, targets, answers, new double[0]);
  }

  /** Of a regression. */
  Predictions(DomainLabels labels, Targets targets, double[] numbers) {
    this(labels, targets, rows(numbers), numbers);
  }

  private static float[][] rows(double[] numbers) {
    float[][] rows = new float[numbers.length][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = new float[] {(float) numbers[row]};
    }
    return rows;
  }

  /** Lets a model answer all rows of a split that was read with its labels. */
  public static Predictions of(TextModel model, DataFile data) {
    return of(model, model.tokenize(data.rows()), Targets.of(data.rows(), model.heads().labels()));
  }

  /** Lets a pass answer all rows of a split that was read with the labels of its heads. */
  public static Predictions of(TextPass pass, DataFile data) {
    Targets targets = Targets.of(data.rows(), pass.heads().labels());
    return of(pass, pass.tokenize(data.rows()), targets);
  }

  private static Predictions of(TextPass pass, TokenizedRows rows, Targets targets) {
    DomainLabels labels = pass.heads().labels();
    return labels.kind() == TaskKind.REGRESSION
        ? new Predictions(labels, targets, pass.numbers(rows, targets.heads()))
        : new Predictions(labels, targets, pass.answers(rows, targets.heads()));
  }

  /** Lets a model answer rows that were tokenised before. */
  public static Predictions of(TextModel model, TokenizedRows rows, Targets targets) {
    return of(model.pass(), rows, targets);
  }

  /** The scores; several heads are scored together, each class of each head for itself. */
  public Scores scores() {
    if (labels.kind() == TaskKind.REGRESSION) {
      return RegressionScores.of(targets.values(), numbers);
    }
    return ClassificationScores.of(confusion());
  }

  /**
   * Counts of right class × predicted class, the classes of all heads one after another. Labels
   * that no head knows come last; their rows are errors.
   */
  public ConfusionMatrix confusion() {
    return ConfusionMatrix.of(
        targets.acrossHeads(labels), predictedClasses(), targets.classCount(labels));
  }

  /** For each row the predicted class, those of all heads counted one after another. */
  public int[] predictedClasses() {
    int[] predicted = new int[answers.length];
    for (int row = 0; row < predicted.length; row++) {
      predicted[row] = greatest(answers[row]);
    }
    return targets.acrossHeads(labels, predicted);
  }

  /** For each row the index of the right class, as {@link #predictedClasses} counts, or number. */
  public double[] truth() {
    return labels.kind() == TaskKind.REGRESSION
        ? targets.values().clone()
        : Arrays.stream(targets.acrossHeads(labels)).asDoubleStream().toArray();
  }

  /** For each row the index of the answered class, as {@link #predictedClasses}, or the number. */
  public double[] predicted() {
    return labels.kind() == TaskKind.REGRESSION
        ? numbers.clone()
        : Arrays.stream(predictedClasses()).asDoubleStream().toArray();
  }

  /** For each row the probability of the answered class; empty for numbers. */
  public double[] confidence() {
    return labels.kind() == TaskKind.REGRESSION
        ? new double[0]
        : Arrays.stream(answers).mapToDouble(answer -> answer[greatest(answer)]).toArray();
  }

  /** For each row whether the predicted class is the right one. */
  public boolean[] right() {
    boolean[] right = new boolean[answers.length];
    for (int row = 0; row < right.length; row++) {
      right[row] = greatest(answers[row]) == targets.classes()[row];
    }
    return right;
  }

  /** Index of the greatest value, the first of equals. */
  public static int greatest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
