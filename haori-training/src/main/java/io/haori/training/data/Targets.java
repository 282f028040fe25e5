package io.haori.training.data;

import java.util.List;

/**
 * What the rows of a split are to be answered with, by row.
 *
 * @param heads {@code [n]} index of the head that answers
 * @param classes {@code [n]} index of the right class in that head; all 0 for a regression
 * @param values {@code [n]} the right number; all 0 for a classification
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to tensors, never compared.
public record Targets(int[] heads, int[] classes, double[] values) {
  /**
   * Looks up the answers of rows.
   *
   * @param rows of a split that was read with these labels, so that all of them are known
   * @param labels the heads
   * @return the answers
   */
  public static Targets of(List<Row> rows, DomainLabels labels) {
    var heads = new int[rows.size()];
    var classes = new int[rows.size()];
    var values = new double[rows.size()];
    for (int i = 0; i < heads.length; i++) {
      Row row = rows.get(i);
      heads[i] = labels.headOf(row.domain()).orElseThrow();
      if (row.label() instanceof Label.ClassName name) {
        classes[i] = labels.heads().get(heads[i]).labels().indexOf(name.name()).orElseThrow();
      } else if (row.label() instanceof Label.Numeric number) {
        values[i] = number.value();
      }
    }
    return new Targets(heads, classes, values);
  }

  /**
   * The classes of all heads counted one after another, so that one number tells head and class.
   *
   * @param labels the heads
   * @return {@code [n]} the right one of each row
   */
  public int[] acrossHeads(DomainLabels labels) {
    return acrossHeads(labels, classes);
  }

  /**
   * Classes counted one after another over all heads.
   *
   * @param labels the heads
   * @param ofRows {@code [n]} index of a class in its row's head
   * @return {@code [n]} one of each row
   */
  public int[] acrossHeads(DomainLabels labels, int[] ofRows) {
    var offsets = new int[labels.size()];
    for (int head = 1; head < offsets.length; head++) {
      offsets[head] = offsets[head - 1] + labels.outputs(head - 1);
    }
    var across = new int[ofRows.length];
    for (int row = 0; row < across.length; row++) {
      across[row] = offsets[heads[row]] + ofRows[row];
    }
    return across;
  }
}
