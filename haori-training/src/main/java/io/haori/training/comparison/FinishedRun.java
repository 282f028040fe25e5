package io.haori.training.comparison;

import io.haori.analysis.comparison.Answers;
import io.haori.inference.task.spi.Task;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The result of one run.
 *
 * @param digest SHA-256 of all that it depends on
 * @param method its name
 * @param seed of all its randomness
 * @param predicted {@code [rows]} for each test row the index of the class, those of all heads
 *     counted one after another, or the number
 * @param confidence {@code [rows]} for each test row the probability of that class; empty for
 *     numbers
 * @param shares {@code [2][rows]} what each test row adds to both sides of the score, where methods
 *     are compared by a share; else empty
 * @param validation scores of the kept epoch, by name
 * @param test scores by name
 * @param curve the score that chose the epoch, by epoch
 * @param losses mean training loss of each epoch
 * @param outerLosses for training at two levels the mean loss of the outer part, of its epochs
 * @param bestEpoch counted from 1
 * @param trainable number of trained numbers
 * @param storedBytes of all files of its adapter
 * @param seconds of training and validation
 * @param peakMegabytes the most memory that the whole process held meanwhile; −1 where unknown
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record FinishedRun(
    String digest,
    String method,
    long seed,
    double[] predicted,
    double[] confidence,
    double[][] shares,
    Map<String, Double> validation,
    Map<String, Double> test,
    List<Double> curve,
    List<Double> losses,
    List<Double> outerLosses,
    int bestEpoch,
    long trainable,
    long storedBytes,
    double seconds,
    long peakMegabytes) {
  private static final double[][] NO_SHARES = {};

  /** Runs that were stored before there were shares have none. */
  public FinishedRun {
    shares = Objects.requireNonNullElse(shares, NO_SHARES);
  }

  /**
   * Whether it says all that a comparison needs.
   *
   * @param task what was predicted
   * @param rows how many test rows there are
   */
  boolean fits(Task task, int rows) {
    return predicted.length == rows
        && (task.comparedBy() != Answers.SHARES
            || (shares.length == 2 && shares[0].length == rows && shares[1].length == rows));
  }
}
