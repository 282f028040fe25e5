package io.haori.training.choice;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.spi.Row;
import io.haori.training.data.Dataset;
import io.haori.training.data.group.RowGroups;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Rows shared out to folds. Each class is spread over the folds as evenly as whole rows allow, and
 * rows that belong together are in one fold ({@link RowGroups}), so that no text is scored by a
 * model that has seen it. The only text or group of a class is in no fold: held out, nothing could
 * know its class.
 */
public final class Folds {
  private Folds() {}

  /**
   * Shares rows out.
   *
   * @param rows all with one class each
   * @param count of folds, at least 2
   * @param seed decides which rows are together
   * @return the rows of each fold by their index, ascending; only folds that have a row
   */
  public static List<int[]> of(List<Row> rows, int count, long seed) {
    require(count >= 2, "folds", "at least 2", count);
    Map<String, List<List<Integer>>> byClass = new TreeMap<>();
    Map<String, Integer> counts = new HashMap<>();
    rows.forEach(row -> counts.merge(stratum(row), 1, Integer::sum));
    for (List<Integer> group : RowGroups.of(rows).all()) {
      // A group of several classes counts for the rarest.
      String rarest =
          group.stream()
              .map(row -> stratum(rows.get(row)))
              .min(
                  Comparator.comparingInt((String one) -> counts.getOrDefault(one, 0))
                      .thenComparing(Comparator.naturalOrder()))
              .orElseThrow();
      byClass.computeIfAbsent(rarest, k -> new ArrayList<>()).add(group);
    }
    Random random = new Random(seed);
    List<List<Integer>> folds = new ArrayList<>();
    for (int fold = 0; fold < count; fold++) {
      folds.add(new ArrayList<>());
    }
    int next = 0;
    for (List<List<Integer>> ours : byClass.values()) {
      Collections.shuffle(ours, random);
      if (ours.size() > 1) {
        for (List<Integer> same : ours) {
          folds.get(next++ % count).addAll(same);
        }
      }
    }
    return folds.stream()
        .filter(fold -> !fold.isEmpty())
        .map(fold -> fold.stream().mapToInt(Integer::intValue).sorted().toArray())
        .toList();
  }

  /**
   * Whether some class has two different texts, so that one can be held out.
   *
   * @param data whose training rows are meant, all of one class each
   */
  public static boolean canHoldOut(Dataset data) {
    return of(data.train().rows(), 2, 0).size() == 2;
  }

  private static String stratum(Row row) {
    return row.domain() + "\u0001" + row.label();
  }
}
