package io.haori.training.task;

import io.haori.inference.task.spi.Targets;
import java.util.HashMap;
import java.util.Map;

/** How much each row counts, so that rare classes count as much as frequent ones. */
final class ClassWeights {
  private ClassWeights() {}

  /**
   * {@code n / (K nₖ)} for rows of a class with nₖ of the n rows of its head, which has K classes
   * that occur; the mean over the rows of a head is 1.
   *
   * @param targets classes of rows
   * @return {@code [rows]}
   */
  static double[] balanced(Targets targets) {
    int[] heads = targets.heads();
    int[] classes = targets.classes();
    Map<Long, Integer> ofClass = new HashMap<>();
    Map<Integer, Integer> ofHead = new HashMap<>();
    Map<Integer, Integer> kinds = new HashMap<>();
    for (int row = 0; row < heads.length; row++) {
      ofHead.merge(heads[row], 1, Integer::sum);
      if (ofClass.merge(key(heads[row], classes[row]), 1, Integer::sum) == 1) {
        kinds.merge(heads[row], 1, Integer::sum);
      }
    }
    double[] weights = new double[heads.length];
    for (int row = 0; row < heads.length; row++) {
      double all = ofHead.getOrDefault(heads[row], 1);
      double count = ofClass.getOrDefault(key(heads[row], classes[row]), 1);
      weights[row] = all / (kinds.getOrDefault(heads[row], 1) * count);
    }
    return weights;
  }

  private static long key(int head, int label) {
    return (long) head << 32 | label;
  }
}
