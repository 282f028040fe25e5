package io.haori.inference.task.spi;

import io.haori.analysis.comparison.Answers;
import io.haori.analysis.metrics.Scores;
import io.haori.core.check.UserError;
import io.haori.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a head is asked for: how a row says the right answer, how many numbers the head gives, which
 * loss it learns by, what its numbers mean and how they are scored. Stateless, so that any thread
 * may use it; two tasks are equal when they are of one class.
 *
 * <p>A head reads one vector at each <em>position</em>. A text is one position, its pooled vector;
 * a task that {@link #readsWords reads words} has a position for each word, the state of its first
 * token. The target of a row is an array of numbers that the task itself understands.
 */
public interface Task {
  /** The name in settings and commands, such as {@code multi-label}. */
  String name();

  /** The field of a row that holds the right answer, such as {@code labels}. */
  String field();

  /** Whether the head reads every word of a row instead of the text as a whole. */
  default boolean readsWords() {
    return false;
  }

  /** Classes that training rows must have at least; 0 for a task without classes. */
  int leastClasses();

  /** Whether a label is one of this task's. */
  boolean accepts(Label label);

  /**
   * The right answer as a row's field has it.
   *
   * @param value a string, number, truth value, list or map; null where the field is missing
   * @param words of the row; null where it has a text alone
   * @param error makes the exception for a sentence about the row
   * @return a label that this task accepts
   */
  Label label(
      @Nullable Object value,
      @Nullable List<String> words,
      Function<String, ? extends RuntimeException> error);

  /**
   * A label that a program made, if it is right for a row.
   *
   * @param label of this task
   * @param words of the row, for a task that reads words; else null
   * @param error makes the exception for a sentence about the row
   * @return the label, perhaps without blanks around its names
   */
  Label checked(
      Label label,
      @Nullable List<String> words,
      Function<String, ? extends RuntimeException> error);

  /** How many numbers a head gives at a position. */
  int outputs(LabelSet classes);

  /**
   * The target of a row.
   *
   * @param label of this task
   * @param indexOf a class's index; classes that the head does not know follow its own
   * @param classes how many there are, those that the head does not know included
   */
  double[] target(Label label, ToIntFunction<String> indexOf, int classes);

  /** The part of a row's target that belongs to one of its positions. */
  default double[] targetAt(double[] target, int place) {
    return target;
  }

  /** The unit in which a head learns, from the targets of its training rows. */
  default TargetScale scale(List<double[]> targets) {
    return TargetScale.NONE;
  }

  /**
   * Sum of the losses over positions; the loss of a batch is their mean.
   *
   * @param scores F32 {@code [positions, outputs]}
   * @param targets {@code [positions][]}, each as {@link #targetAt} gives it
   * @param scale the head's unit
   * @return one element, F32, made of operations that libtorch differentiates
   */
  Tensor lossSum(Tensor scores, double[][] targets, TargetScale scale);

  /** The loss of one row from what was answered; the mean over its positions. */
  double loss(double[] target, double[] answer);

  /**
   * What a head says: probabilities, or numbers in their own unit.
   *
   * @param scores F32 {@code [positions, outputs]}
   * @param scale the head's unit
   * @return {@code [positions][outputs]}
   */
  double[][] answers(Tensor scores, TargetScale scale);

  /** The scores themselves, where numbers in another unit would be compared: in their own. */
  default double[][] logits(Tensor scores, TargetScale scale) {
    return rows(scores);
  }

  /**
   * Puts an answer into words.
   *
   * @param classes of the head
   * @param answer {@code [positions · outputs]} of one row
   */
  Prediction prediction(LabelSet classes, double[] answer);

  /** Whether an answer is right in all its parts. */
  boolean right(double[] target, double[] answer);

  /**
   * The same task that answers a class from another probability on.
   *
   * @param threshold in (0, 1)
   * @throws io.haori.core.check.UserError for a task that has no threshold
   */
  default Task at(double threshold) {
    throw new UserError("threshold must be left out for " + name() + ", got " + threshold);
  }

  /** The score that chooses an epoch; higher is better. */
  String mainScore();

  /** The scores of answered rows. */
  Scores scores(AnsweredRows rows);

  /** The score by which methods are compared row by row. */
  default String comparedScore() {
    return "exactMatch";
  }

  /** How methods are compared row by row. */
  default Answers comparedBy() {
    return Answers.CLASSES;
  }

  /** For each row what {@link #predicted} is compared with: by default 1, for a right row. */
  default double[] truth(AnsweredRows rows) {
    double[] truth = new double[rows.answers().length];
    Arrays.fill(truth, 1);
    return truth;
  }

  /** For each row the answer as one number: by default 1 where all parts are right, else 0. */
  default double[] predicted(AnsweredRows rows) {
    double[] predicted = new double[rows.answers().length];
    for (int row = 0; row < predicted.length; row++) {
      predicted[row] = right(rows.targets().of(row), rows.answers()[row]) ? 1 : 0;
    }
    return predicted;
  }

  /**
   * For each row what it adds to both sides of the main score, where that is a share: the sum over
   * rows of the first number over that of the second is the score.
   *
   * @return {@code [2][rows]}; empty where the main score is no such share
   */
  default Optional<double[][]> shares(AnsweredRows rows) {
    return Optional.empty();
  }

  /** For each row how sure the answer is; empty where one number does not say it. */
  default double[] confidence(AnsweredRows rows) {
    return new double[0];
  }

  /** How answers are written for people and programs. */
  AnswerFormat<Prediction> format();

  /** What the task is in Hugging Face's libraries. */
  TransformersTask transformers();

  /** A matrix as arrays, row by row. */
  static double[][] rows(Tensor matrix) {
    int width = (int) matrix.shape()[1];
    float[] flat = matrix.toFloats();
    double[][] rows = new double[flat.length / width][width];
    for (int i = 0; i < flat.length; i++) {
      rows[i / width][i % width] = flat[i];
    }
    return rows;
  }
}
