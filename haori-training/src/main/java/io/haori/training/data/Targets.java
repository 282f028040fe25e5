package io.haori.training.data;

import java.util.List;
import java.util.TreeSet;

/**
 * What the rows of a split are to be answered with, by row.
 *
 * @param heads {@code [n]} index of the head that answers
 * @param classes {@code [n]} index of the right class in that head; all 0 for a regression
 * @param values {@code [n]} the right number; all 0 for a classification
 * @param unknown labels that the heads do not know, in ascending order: the class of a row with one
 *     is its place in this list beyond the classes of the row's head, which no head answers
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to tensors, never compared.
public record Targets(int[] heads, int[] classes, double[] values, List<String> unknown) {
  /**
   * Looks up the answers of rows.
   *
   * @param rows of a split that was read with these labels, so that all domains are known
   * @param labels the heads
   * @return the answers
   */
  public static Targets of(List<Row> rows, DomainLabels labels) {
    var heads = new int[rows.size()];
    var classes = new int[rows.size()];
    var values = new double[rows.size()];
    List<String> unknown = unknown(rows, labels);
    for (int i = 0; i < heads.length; i++) {
      Row row = rows.get(i);
      heads[i] = labels.headOf(row.domain()).orElseThrow();
      if (row.label() instanceof Label.ClassName name) {
        DomainLabels.Head head = labels.heads().get(heads[i]);
        classes[i] =
            head.labels()
                .indexOf(name.name())
                .orElseGet(
                    () -> head.labels().size() + unknown.indexOf(shown(labels, head, name.name())));
      } else if (row.label() instanceof Label.Numeric number) {
        values[i] = number.value();
      }
    }
    return new Targets(heads, classes, values, unknown);
  }

  private static List<String> unknown(List<Row> rows, DomainLabels labels) {
    TreeSet<String> unknown = new TreeSet<>();
    for (Row row : rows) {
      if (row.label() instanceof Label.ClassName name) {
        DomainLabels.Head head = labels.heads().get(labels.headOf(row.domain()).orElseThrow());
        if (head.labels().indexOf(name.name()).isEmpty()) {
          unknown.add(shown(labels, head, name.name()));
        }
      }
    }
    return List.copyOf(unknown);
  }

  private static String shown(DomainLabels labels, DomainLabels.Head head, String label) {
    return labels.size() == 1 ? label : head.domain() + "/" + label;
  }

  /** How many classes there are over all heads, with those that no head knows. */
  public int classCount(DomainLabels labels) {
    int known = 0;
    for (int head = 0; head < labels.size(); head++) {
      known += labels.outputs(head);
    }
    return known + unknown.size();
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
    int known = classCount(labels) - unknown.size();
    var across = new int[ofRows.length];
    for (int row = 0; row < across.length; row++) {
      int beyond = ofRows[row] - labels.outputs(heads[row]);
      across[row] = beyond >= 0 ? known + beyond : offsets[heads[row]] + ofRows[row];
    }
    return across;
  }
}
