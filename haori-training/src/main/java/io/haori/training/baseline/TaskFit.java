package io.haori.training.baseline;

import io.haori.analysis.comparison.AnswerDifference;
import io.haori.analysis.comparison.Answers;
import io.haori.analysis.statistics.Interval;
import io.haori.inference.task.catalogue.TaskCatalogue;
import java.util.Map;

/**
 * The result of one way of fitting a task.
 *
 * @param name of the way
 * @param validation scores by name
 * @param test scores by name
 * @param answers what is predicted
 * @param truth {@code [rows]} for each test row the index of the right class, or the right number
 * @param predicted {@code [rows]} for each test row the answer
 * @param shares {@code [2][rows]} what each test row adds to both sides of the main score, where
 *     answers are compared by a share; else empty
 * @param trainable number of trained numbers
 * @param seconds that fitting and scoring took
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record TaskFit(
    String name,
    Map<String, Double> validation,
    Map<String, Double> test,
    Answers answers,
    double[] truth,
    double[] predicted,
    double[][] shares,
    long trainable,
    double seconds) {
  /** A result whose score is made of what was predicted. */
  public TaskFit(
      String name,
      Map<String, Double> validation,
      Map<String, Double> test,
      Answers answers,
      double[] truth,
      double[] predicted,
      long trainable,
      double seconds) {
    this(name, validation, test, answers, truth, predicted, new double[0][], trainable, seconds);
  }

  /** For each test row whether the answer is exactly the right one. */
  public boolean[] right() {
    return AnswerDifference.right(truth, predicted);
  }

  /** The score of the validation rows by which ways are chosen; NaN where there is none. */
  public double validationScore() {
    return TaskCatalogue.mainScore(validation);
  }

  /** The same score of the test rows, by which ways are reported. */
  public double testScore() {
    return TaskCatalogue.mainScore(test);
  }

  /**
   * The 95 % interval of this way's test score less another's: the main score of the task, for
   * numbers the Pearson correlation. A paired bootstrap draws the test rows.
   *
   * @param other fitted on the same data
   * @param seed of the bootstrap over the test rows
   * @throws IllegalArgumentException when the other has another number of test rows
   */
  public Interval against(TaskFit other, long seed) {
    if (answers == Answers.SHARES) {
      return AnswerDifference.ofShares(shares, other.shares, seed);
    }
    return AnswerDifference.of(answers, truth, predicted, other.predicted, seed);
  }
}
