package io.haori.training.task;

import io.haori.inference.model.Heads;
import io.haori.inference.task.spi.Targets;
import io.haori.tensor.Tensor;
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
   * @param seed decides which rows are held out together
   * @param start says whether a fitted head is taken, or stays as it was
   * @param fitter fits a head's probe
   */
  static void fit(
      Heads heads, Tensor states, Targets targets, long seed, HeadStart start, Fitter fitter) {
    double[] flat = states.toDoubles();
    int width = (int) states.size(1);
    for (int head = 0; head < heads.labels().size(); head++) {
      int ours = head;
      int[] rows =
          IntStream.range(0, targets.size()).filter(row -> targets.heads()[row] == ours).toArray();
      double[][] vectors = new double[rows.length][width];
      double lengths = 0;
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(flat, rows[i] * width, vectors[i], 0, width);
        lengths += unit(vectors[i]) / rows.length;
      }
      int[] all = targets.classes();
      int[] classes = IntStream.of(rows).map(row -> all[row]).toArray();
      int count = heads.labels().outputs(head);
      ProbeChoice choice =
          fitter.fit(rows, head, () -> ProbeChoice.fit(vectors, classes, count, seed));
      if (start.keeps(choice.accuracy(), mostFrequent(classes, count))) {
        heads.replace(head, choice.model().weights(), 1 / lengths, choice.model().intercepts());
      }
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
