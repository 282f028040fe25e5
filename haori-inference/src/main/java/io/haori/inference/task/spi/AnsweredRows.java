package io.haori.inference.task.spi;

/**
 * Rows with what is right and what was answered.
 *
 * @param labels the heads
 * @param targets what is right
 * @param answers {@code [n][positions · outputs]} what the heads said; NaN at a word that was not
 *     read
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record AnsweredRows(DomainLabels labels, Targets targets, double[][] answers) {
  /** Index of the greatest of some values, the first of equals. */
  public static int greatest(double[] values, int from, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (values[from + i] > values[from + best]) {
        best = i;
      }
    }
    return best;
  }
}
