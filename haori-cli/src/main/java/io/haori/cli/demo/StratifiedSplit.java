package io.haori.cli.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Takes disjoint parts out of labelled texts, each with the classes in the proportions of the
 * whole.
 */
final class StratifiedSplit {
  private final Map<String, List<String>> left = new LinkedHashMap<>();
  private final Random random;

  /**
   * A pool to take from.
   *
   * @param textsByLabel the whole, not changed
   * @param random decides which texts go where
   */
  StratifiedSplit(Map<String, List<String>> textsByLabel, Random random) {
    this.random = random;
    textsByLabel.forEach(
        (label, texts) -> {
          List<String> shuffled = new ArrayList<>(texts);
          Collections.shuffle(shuffled, random);
          left.put(label, shuffled);
        });
  }

  /** How many texts are left. */
  int size() {
    return left.values().stream().mapToInt(List::size).sum();
  }

  /**
   * Takes texts out of the pool.
   *
   * @param count how many, at most {@link #size}
   * @return exactly this many, shuffled
   */
  List<Example> take(int count) {
    List<Example> taken = new ArrayList<>(count);
    quotas(count)
        .forEach(
            (label, quota) -> {
              List<String> texts = left.getOrDefault(label, List.of());
              List<String> part = texts.subList(texts.size() - quota, texts.size());
              part.forEach(text -> taken.add(new Example(text, label)));
              part.clear();
            });
    Collections.shuffle(taken, random);
    return taken;
  }

  /** Shares a count out by largest remainder, so that the quotas add up. */
  private Map<String, Integer> quotas(int count) {
    int all = size();
    Map<String, Integer> quotas = new LinkedHashMap<>();
    List<String> byRemainder = new ArrayList<>(left.keySet());
    byRemainder.sort(
        Comparator.comparing(label -> -((long) count * leftOf(label) % Math.max(1, all))));
    int given = 0;
    for (String label : left.keySet()) {
      int quota = (int) ((long) count * leftOf(label) / Math.max(1, all));
      quotas.put(label, quota);
      given += quota;
    }
    for (String label : byRemainder.subList(0, count - given)) {
      quotas.merge(label, 1, Integer::sum);
    }
    return quotas;
  }

  private int leftOf(String label) {
    return left.getOrDefault(label, List.of()).size();
  }

  /**
   * A text with its class.
   *
   * @param text a definition
   * @param label the name of its family
   */
  record Example(String text, String label) {}
}
