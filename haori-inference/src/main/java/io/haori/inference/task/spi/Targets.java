package io.haori.inference.task.spi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** What the rows of a split are to be answered with, by row. A value that nobody may change. */
public final class Targets {
  private final int[] heads;
  private final double[][] numbers;
  private final boolean[] hasUnknown;
  private final List<String> unknown;

  private Targets(int[] heads, double[][] numbers, boolean[] hasUnknown, List<String> unknown) {
    this.heads = heads;
    this.numbers = numbers;
    this.hasUnknown = hasUnknown;
    this.unknown = List.copyOf(unknown);
  }

  /**
   * Looks up the answers of rows.
   *
   * @param rows of a split that was read with these labels, so that all domains are known
   * @param labels the heads
   * @return the answers
   */
  public static Targets of(List<Row> rows, DomainLabels labels) {
    int[] heads = new int[rows.size()];
    double[][] numbers = new double[heads.length][];
    boolean[] hasUnknown = new boolean[heads.length];
    List<String> unknown = unknown(rows, labels, heads, hasUnknown);
    Map<String, Integer> positions = new HashMap<>();
    for (int k = 0; k < unknown.size(); k++) {
      positions.put(unknown.get(k), k);
    }
    for (int i = 0; i < heads.length; i++) {
      int head = heads[i];
      LabelSet classes = labels.heads().get(head).labels();
      Label label = rows.get(i).label();
      numbers[i] =
          label == null
              ? new double[0]
              : labels
                  .task()
                  .target(
                      label,
                      name ->
                          classes
                              .indexOf(name)
                              .orElseGet(
                                  () ->
                                      classes.size()
                                          + Objects.requireNonNull(
                                              positions.get(shown(labels, head, name)))),
                      classes.size() + unknown.size());
    }
    return new Targets(heads, numbers, hasUnknown, unknown);
  }

  /**
   * Answers that are one class a row.
   *
   * @param heads {@code [n]} index of the head that answers
   * @param classes {@code [n]} index of the right class in that head
   * @param unknown labels that no head knows, whose indices follow those of the row's head
   */
  public static Targets ofClasses(int[] heads, int[] classes, List<String> unknown) {
    double[][] numbers =
        Arrays.stream(classes).mapToObj(k -> new double[] {k}).toArray(double[][]::new);
    return new Targets(heads, numbers, new boolean[heads.length], unknown);
  }

  private static List<String> unknown(
      List<Row> rows, DomainLabels labels, int[] heads, boolean[] hasUnknown) {
    TreeSet<String> unknown = new TreeSet<>();
    for (int i = 0; i < heads.length; i++) {
      Row row = rows.get(i);
      heads[i] = labels.headOf(row.domain()).orElseThrow();
      LabelSet classes = labels.heads().get(heads[i]).labels();
      List<String> names = row.label() == null ? List.of() : row.label().names();
      for (String name : names) {
        if (classes.indexOf(name).isEmpty()) {
          hasUnknown[i] = true;
          unknown.add(shown(labels, heads[i], name));
        }
      }
    }
    return new ArrayList<>(unknown);
  }

  private static String shown(DomainLabels labels, int head, String label) {
    return labels.size() == 1 ? label : labels.heads().get(head).domain() + "/" + label;
  }

  /** Index of the head that answers, {@code [n]}; not to be changed. */
  public int[] heads() {
    return heads;
  }

  /** A row's target as its task understands it; empty where the row has no label. */
  public double[] of(int row) {
    return numbers[row];
  }

  /** How many rows there are. */
  public int size() {
    return heads.length;
  }

  /**
   * Index of the right class in each row's head, {@code [n]}, for a task of one class a row: that
   * of a class which the heads do not know is its place in {@link #unknown} beyond the classes of
   * the row's head.
   */
  public int[] classes() {
    return Arrays.stream(numbers).mapToInt(of -> of.length == 0 ? 0 : (int) of[0]).toArray();
  }

  /** The right numbers, {@code [n]}, for a task of one number a row. */
  public double[] values() {
    return Arrays.stream(numbers).mapToDouble(of -> of.length == 0 ? 0 : of[0]).toArray();
  }

  /** Labels that the heads do not know, in ascending order. */
  public List<String> unknown() {
    return unknown;
  }

  /** Whether a row has a label that its head does not know. */
  public boolean hasUnknown(int row) {
    return hasUnknown[row];
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
   * The classes of all heads counted one after another, so that one number says head and class.
   *
   * @param labels the heads
   * @return {@code [n]} the right one of each row
   */
  public int[] acrossHeads(DomainLabels labels) {
    return acrossHeads(labels, classes());
  }

  /**
   * Classes counted one after another over all heads.
   *
   * @param labels the heads
   * @param ofRows {@code [n]} index of a class in its row's head
   * @return {@code [n]} one of each row
   */
  public int[] acrossHeads(DomainLabels labels, int[] ofRows) {
    int[] offsets = offsets(labels);
    int known = classCount(labels) - unknown.size();
    int[] across = new int[ofRows.length];
    for (int row = 0; row < across.length; row++) {
      int beyond = ofRows[row] - labels.outputs(heads[row]);
      across[row] = beyond >= 0 ? known + beyond : offsets[heads[row]] + ofRows[row];
    }
    return across;
  }

  /** Where the classes of each head begin when all are counted one after another. */
  public int[] offsets(DomainLabels labels) {
    int[] offsets = new int[labels.size()];
    for (int head = 1; head < offsets.length; head++) {
      offsets[head] = offsets[head - 1] + labels.outputs(head - 1);
    }
    return offsets;
  }
}
