package io.haori.training.data;

import static io.haori.core.check.Check.require;

import io.haori.core.check.Check;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Targets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The rows of a file by what they are to be answered with, so that parts can be drawn in which
 * every class has its share. Rows with numbers are of one kind, apart from their domain.
 */
public final class StratifiedRows {
  /** The class of rows that have none. */
  private static final int NONE = -1;

  private final DataFile file;

  /** Row indices by head and class, each list ascending. */
  private final Map<Stratum, List<Integer>> strata = new TreeMap<>();

  private final DomainLabels labels;

  private record Stratum(int head, int answer) implements Comparable<Stratum> {
    @Override
    public int compareTo(Stratum other) {
      return Comparator.comparingInt(Stratum::head)
          .thenComparingInt(Stratum::answer)
          .compare(this, other);
    }
  }

  /**
   * Two parts that have no row in common.
   *
   * @param inner {@code [n]} indices, ascending
   * @param outer {@code [m]} indices, ascending
   */
  @SuppressWarnings("ArrayRecordComponent") // Read as they are, never compared.
  public record Parts(int[] inner, int[] outer) {}

  /**
   * Sorts the rows of a file.
   *
   * @param file all rows have a label
   * @param labels that the file was read with
   */
  public StratifiedRows(DataFile file, DomainLabels labels) {
    this.file = file;
    this.labels = labels;
    int[] heads = Targets.of(file.rows(), labels).heads();
    Map<Stratum, Integer> counts = new HashMap<>();
    for (int row = 0; row < heads.length; row++) {
      classes(row, heads[row]).forEach(one -> counts.merge(one, 1, Integer::sum));
    }
    for (int row = 0; row < heads.length; row++) {
      // A row of several classes counts for the rarest; one of none, or of a number, for none.
      Stratum stratum =
          classes(row, heads[row]).stream()
              .min(
                  Comparator.comparingInt((Stratum one) -> counts.getOrDefault(one, 0))
                      .thenComparing(Comparator.naturalOrder()))
              .orElse(new Stratum(heads[row], NONE));
      strata.computeIfAbsent(stratum, s -> new ArrayList<>()).add(row);
    }
  }

  private List<Stratum> classes(int row, int head) {
    Label label = Objects.requireNonNull(file.rows().get(row).label());
    LabelSet known = labels.heads().get(head).labels();
    return label.names().stream()
        .map(name -> new Stratum(head, known.indexOf(name).orElse(known.size())))
        .toList();
  }

  /**
   * Shares all rows out to two parts; each has at least one row of every class.
   *
   * @param outerShare share of each class that the outer part gets; in (0, 1)
   * @param seed decides which rows
   * @throws io.haori.core.check.UserError when a class has a single row
   */
  public Parts split(double outerShare, long seed) {
    Random random = new Random(seed);
    List<Integer> inner = new ArrayList<>();
    List<Integer> outer = new ArrayList<>();
    strata.forEach(
        (stratum, rows) -> {
          if (rows.size() < 2) {
            throw Check.in(
                file.path(),
                worded(stratum) + " must have at least 2 rows for training at two levels, got 1");
          }
          long wanted = Math.round(outerShare * rows.size());
          int count = (int) Math.min(rows.size() - 1L, Math.max(1, wanted));
          List<Integer> shuffled = shuffled(rows, random);
          outer.addAll(shuffled.subList(0, count));
          inner.addAll(shuffled.subList(count, shuffled.size()));
        });
    return new Parts(ascending(inner), ascending(outer));
  }

  /**
   * Draws rows; every class keeps its share as nearly as whole rows allow, and at least one.
   *
   * @param count how many; all when there are no more
   * @param seed decides which rows
   * @return indices, ascending
   * @throws io.haori.core.check.UserError when there are fewer than classes
   */
  public int[] take(int count, long seed) {
    int all = file.rows().size();
    if (count >= all) {
      return IntStream.range(0, all).toArray();
    }
    require(
        count >= strata.size(), "trainRows", "at least " + strata.size() + ", one a class", count);
    // One row a class, the others by largest remainder of the fair shares.
    Map<Stratum, Double> shares = new TreeMap<>();
    Map<Stratum, Integer> quotas = new TreeMap<>();
    double spare = (double) (count - strata.size()) / Math.max(1, all - strata.size());
    strata.forEach((stratum, rows) -> shares.put(stratum, spare * (rows.size() - 1)));
    shares.forEach((stratum, share) -> quotas.put(stratum, 1 + (int) Math.floor(share)));
    List<Map.Entry<Stratum, Double>> byRemainder = new ArrayList<>(shares.entrySet());
    byRemainder.sort(
        Comparator.comparingDouble(entry -> Math.floor(entry.getValue()) - entry.getValue()));
    int given = quotas.values().stream().mapToInt(Integer::intValue).sum();
    byRemainder
        .subList(0, count - given)
        .forEach(entry -> quotas.merge(entry.getKey(), 1, Integer::sum));
    Random random = new Random(seed);
    List<Integer> taken = new ArrayList<>();
    strata.forEach(
        (stratum, rows) ->
            taken.addAll(shuffled(rows, random).subList(0, quotas.getOrDefault(stratum, 0))));
    return ascending(taken);
  }

  private String worded(Stratum stratum) {
    DomainLabels.Head head = labels.heads().get(stratum.head());
    String domain = labels.size() == 1 ? "" : "domain \"" + head.domain() + "\"";
    if (stratum.answer() == NONE) {
      return domain.isEmpty() ? "the file" : domain;
    }
    String label = "label \"" + head.labels().name(stratum.answer()) + "\"";
    return domain.isEmpty() ? label : label + " of " + domain;
  }

  private static List<Integer> shuffled(List<Integer> rows, Random random) {
    List<Integer> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  private static int[] ascending(List<Integer> rows) {
    return rows.stream().mapToInt(Integer::intValue).sorted().toArray();
  }
}
