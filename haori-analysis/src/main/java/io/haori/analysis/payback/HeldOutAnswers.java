package io.haori.analysis.payback;

import static io.haori.core.check.Check.require;

import java.util.List;

/**
 * A model's answers to rows that it has not seen.
 *
 * @param labels their names
 * @param truth {@code [n]} index of each row's right label
 * @param answers {@code [n]} index of the label that was answered
 * @param confidences {@code [n]} probability of that label, in [0, 1]
 */
@SuppressWarnings("ArrayRecordComponent") // Read, never compared.
public record HeldOutAnswers(
    List<String> labels, int[] truth, int[] answers, double[] confidences) {
  /** Checks that all are of the same rows. */
  public HeldOutAnswers {
    labels = List.copyOf(labels);
    require(truth.length > 0, "rows", "at least 1", truth.length);
    if (answers.length != truth.length || confidences.length != truth.length) {
      throw new IllegalArgumentException("one answer and one confidence for each row");
    }
  }

  /** How many rows. */
  public int rows() {
    return truth.length;
  }

  /** Whether a row was answered right. */
  public boolean isRight(int row) {
    return truth[row] == answers[row];
  }

  /** The right label of a row. */
  String label(int row) {
    return labels.get(truth[row]);
  }

  /** Share of right answers. */
  public double accuracy() {
    int right = 0;
    for (int row = 0; row < rows(); row++) {
      right += isRight(row) ? 1 : 0;
    }
    return (double) right / rows();
  }
}
