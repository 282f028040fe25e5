package io.haori.training.task.answer;

import io.haori.analysis.metrics.ConfusionMatrix;
import io.haori.analysis.metrics.Scores;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.classification.ClassificationTask;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.training.data.DataFile;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a model says of labelled rows, beside what is right.
 *
 * @param rows the answers and the targets
 */
public record Predictions(AnsweredRows rows) {
  /** Lets a model answer all rows of a split that was read with its labels. */
  public static Predictions of(TextModel model, DataFile data) {
    return of(model.pass(), data);
  }

  /** Lets a pass answer all rows of a split that was read with the labels of its heads. */
  public static Predictions of(TextPass pass, DataFile data) {
    Targets targets = Targets.of(data.rows(), pass.heads().labels());
    return of(pass, pass.tokenize(data.rows()), targets);
  }

  /** Lets a model answer rows that were tokenised before. */
  public static Predictions of(TextModel model, TokenizedRows rows, Targets targets) {
    return of(model.pass(), rows, targets);
  }

  private static Predictions of(TextPass pass, TokenizedRows rows, Targets targets) {
    double[][] answers = pass.numbers(rows, targets.heads());
    return new Predictions(new AnsweredRows(pass.heads().labels(), targets, answers));
  }

  /** The same answers, with labels from another probability on. */
  public Predictions at(double threshold) {
    DomainLabels others = labels().with(labels().task().at(threshold));
    return new Predictions(new AnsweredRows(others, targets(), rows.answers()));
  }

  /** The heads. */
  public DomainLabels labels() {
    return rows.labels();
  }

  /** What is right. */
  public Targets targets() {
    return rows.targets();
  }

  /**
   * The answers in F32, {@code [n][positions · outputs]}: probabilities of the classes, or numbers.
   */
  public float[][] answers() {
    return Heads.floats(rows.answers());
  }

  /** The scores; several heads are scored together, each class of each head for itself. */
  public Scores scores() {
    return labels().task().scores(rows);
  }

  /**
   * Counts of right class × predicted class, the classes of all heads one after another, for a task
   * of one class a row. Labels that no head knows come last; their rows are errors.
   */
  public ConfusionMatrix confusion() {
    return ClassificationTask.confusion(rows);
  }

  /** For each row the right answer as a number that {@link #predicted} is compared with. */
  public double[] truth() {
    return labels().task().truth(rows);
  }

  /**
   * For each row the answer as a number: the index of the class, those of all heads counted one
   * after another; a number itself; for answers of several parts 1 where all are right, else 0.
   */
  public double[] predicted() {
    return labels().task().predicted(rows);
  }

  /** What each row adds to both sides of the main score, where that is a share. */
  public Optional<double[][]> shares() {
    return labels().task().shares(rows);
  }

  /** For each row the answers of a task of one number a row. */
  public double[] numbers() {
    return Arrays.stream(rows.answers()).mapToDouble(answer -> answer[0]).toArray();
  }

  /** For each row the probability of the answered class; empty where one number does not say it. */
  public double[] confidence() {
    return labels().task().confidence(rows);
  }

  /** For each row whether the answer is right in all its parts. */
  public boolean[] right() {
    boolean[] right = new boolean[rows.answers().length];
    for (int row = 0; row < right.length; row++) {
      right[row] = labels().task().right(targets().of(row), rows.answers()[row]);
    }
    return right;
  }

  /** For each row the loss of the answer. */
  public double[] losses() {
    double[] losses = new double[rows.answers().length];
    for (int row = 0; row < losses.length; row++) {
      losses[row] = labels().task().loss(targets().of(row), rows.answers()[row]);
    }
    return losses;
  }

  /** The answer to a row in words. */
  public Prediction prediction(int row) {
    LabelSet classes = labels().heads().get(targets().heads()[row]).labels();
    return labels().task().prediction(classes, rows.answers()[row]);
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
