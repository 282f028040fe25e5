package io.haori.training.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Batches in which each row has another of its class, so that a contrastive loss has something to
 * bring together: the rows of a class are shuffled and taken two by two, the pairs of all classes
 * are shuffled, and a batch takes half its size in pairs. The last row of a class with an odd
 * number is paired with one that an earlier pair has. A function of the seed and the epoch.
 */
final class ClassPairs {
  private ClassPairs() {}

  /**
   * The batches of an epoch.
   *
   * @param classes {@code [n]}
   * @param batchSize rows of a batch at most; at least 2
   * @param seed of the run and the epoch
   * @return rows by their index; a class with a single row is in no batch
   */
  static List<int[]> batches(int[] classes, int batchSize, long seed) {
    Map<Integer, List<Integer>> byClass = new TreeMap<>();
    for (int row = 0; row < classes.length; row++) {
      byClass.computeIfAbsent(classes[row], k -> new ArrayList<>()).add(row);
    }
    Random random = new Random(seed);
    List<int[]> pairs = new ArrayList<>();
    for (List<Integer> ours : byClass.values()) {
      Collections.shuffle(ours, random);
      for (int i = 0; i < ours.size() && ours.size() > 1; i += 2) {
        pairs.add(new int[] {ours.get(i), ours.get(i + 1 < ours.size() ? i + 1 : 0)});
      }
    }
    Collections.shuffle(pairs, random);
    int each = Math.max(1, batchSize / 2);
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < pairs.size(); from += each) {
      batches.add(
          pairs.subList(from, Math.min(pairs.size(), from + each)).stream()
              .flatMapToInt(java.util.Arrays::stream)
              .toArray());
    }
    return batches;
  }
}
