package io.haori.training.task;

import io.haori.inference.model.Heads;
import io.haori.inference.task.spi.Targets;
import io.haori.tensor.Tensor;
import io.haori.training.probe.LogisticRegression;
import io.haori.training.probe.ProbeChoice;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Puts logistic regressions on a model's vectors into its heads.
 *
 * <pre>{@code
 * p(y | v) = softmax(W v/|v| + b)   is fitted
 *      W/s v + b, s = mean |v|      is the head
 * }</pre>
 *
 * The lengths of a base's vectors differ by some 10 %, so that both answer alike; the second is a
 * plain linear head, which every file format has.
 */
final class ProbeHeads {
  private ProbeHeads() {}

  /** Fits the probe of a head, or knows it already. */
  @FunctionalInterface
  interface Fitter {
    /** Always fits. */
    Fitter NEW = (rows, head, fit) -> fit.get();

    /**
     * The probe.
     *
     * @param rows of the head, by their index
     * @param head its index
     * @param fit fits it
     */
    ProbeChoice fit(int[] rows, int head, Supplier<ProbeChoice> fit);
  }

  /**
   * Fits each head to the rows of its domain.
   *
   * @param heads are changed
   * @param states {@code [rows, width]} what they read
   * @param targets of the same rows, one class each
   * @param groups {@code [rows]} rows of one number belong together
   * @param seed decides which rows are held out together
   * @param start says whether a fitted head is taken, or stays as it was
   * @param fitter fits a head's probe
   */
  static void fit(
      Heads heads,
      Tensor states,
      Targets targets,
      int[] groups,
      long seed,
      HeadStart start,
      Fitter fitter) {
    for (int head = 0; head < heads.labels().size(); head++) {
      Rows rows = Rows.of(states, targets, groups, head);
      int count = heads.labels().outputs(head);
      ProbeChoice choice =
          fitter.fit(
              rows.at(),
              head,
              () -> ProbeChoice.fit(rows.vectors(), rows.classes(), rows.groups(), count, seed));
      if (start.keeps(choice.accuracy(), mostFrequent(rows.classes(), count))) {
        put(choice, heads, head, rows);
      }
    }
  }

  /**
   * Fits each head to the rows of its domain, near the head of a stored model where that knows a
   * label of the same name.
   *
   * @param heads are changed
   * @param stored of the model whose module made the vectors
   * @param states {@code [rows, width]} what they read
   * @param targets of the same rows, one class each
   * @param groups {@code [rows]} rows of one number belong together
   * @param seed decides which rows are held out together
   */
  static void fitNear(
      Heads heads, Heads stored, Tensor states, Targets targets, int[] groups, long seed) {
    for (int head = 0; head < heads.labels().size(); head++) {
      Rows rows = Rows.of(states, targets, groups, head);
      LogisticRegression prior = StoredStart.prior(stored, heads.labels(), head, rows.length());
      put(
          ProbeChoice.near(prior, rows.vectors(), rows.classes(), rows.groups(), seed),
          heads,
          head,
          rows);
    }
  }

  private static void put(ProbeChoice choice, Heads heads, int head, Rows rows) {
    heads.replace(head, choice.model().weights(), 1 / rows.length(), choice.model().intercepts());
  }

  /**
   * The rows of one head.
   *
   * @param at their index among all rows
   * @param vectors {@code [n][width]} of length 1
   * @param classes {@code [n]}
   * @param groups {@code [n]} rows of one number belong together
   * @param length of the vectors before, their mean
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  private record Rows(int[] at, double[][] vectors, int[] classes, int[] groups, double length) {
    static Rows of(Tensor states, Targets targets, int[] groups, int head) {
      double[] flat = states.toDoubles();
      int width = (int) states.size(1);
      int[] rows =
          IntStream.range(0, targets.size()).filter(row -> targets.heads()[row] == head).toArray();
      double[][] vectors = new double[rows.length][width];
      double lengths = 0;
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(flat, rows[i] * width, vectors[i], 0, width);
        lengths += unit(vectors[i]) / rows.length;
      }
      int[] all = targets.classes();
      return new Rows(
          rows,
          vectors,
          IntStream.of(rows).map(row -> all[row]).toArray(),
          IntStream.of(rows).map(row -> groups[row]).toArray(),
          lengths);
    }
  }

  private static double mostFrequent(int[] classes, int count) {
    long most =
        IntStream.range(0, count)
            .mapToLong(k -> IntStream.of(classes).filter(of -> of == k).count())
            .max()
            .orElse(0);
    return (double) most / classes.length;
  }

  /** Makes a vector's length 1 and returns what it was. */
  private static double unit(double[] vector) {
    double length =
        Math.sqrt(IntStream.range(0, vector.length).mapToDouble(i -> vector[i] * vector[i]).sum());
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= Math.max(length, 1e-12);
    }
    return length;
  }
}
