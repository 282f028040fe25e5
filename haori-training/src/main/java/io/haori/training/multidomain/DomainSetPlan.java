package io.haori.training.multidomain;

import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.training.data.Split;
import io.haori.training.sidebyside.DomainPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The batches of a model's training: rows of all its domains mixed, about equally long in a batch.
 * With {@link Weighting#TEMPERATURE} an epoch has as many rows as ever, drawn so that a domain of
 * {@code n} rows has a share in proportion to {@code n^(1/T)}; otherwise each row comes once.
 */
final class DomainSetPlan {
  private final DomainRows rows;
  private final PlannedDomainSet set;
  private final long seed;
  private final int[] lengths;
  private final int perEpoch;

  /** Of the epoch that is learnt from and, where it is looked ahead to, the next. */
  private final Map<Integer, List<int[]>> epochs = new TreeMap<>();

  DomainSetPlan(DomainRows rows, PlannedDomainSet set) {
    this.rows = rows;
    this.set = set;
    long ofNames = set.seed();
    for (String name : set.names()) {
      ofNames = Seeds.ofDomain(ofNames, name);
    }
    this.seed = ofNames;
    this.lengths = rows.tokens(Split.TRAIN).lengths();
    this.perEpoch = plan(0).size();
  }

  /** Batches of each epoch. */
  int perEpoch() {
    return perEpoch;
  }

  /** Numbers of a batch's rows. */
  int[] batch(int ofEpoch, int index) {
    return plan(ofEpoch).get(index);
  }

  private List<int[]> plan(int newEpoch) {
    List<int[]> known = epochs.get(newEpoch);
    if (known != null) {
      return known;
    }
    int[] drawn = rowsOf(newEpoch);
    int[] drawnLengths = IntStream.of(drawn).map(row -> lengths[row]).toArray();
    List<int[]> batches =
        DomainPlan.epoch(
                drawnLengths, set.settings().tune().batchSize(), set.seed(), seed, newEpoch)
            .stream()
            .map(batch -> IntStream.of(batch).map(i -> drawn[i]).toArray())
            .toList();
    epochs.keySet().removeIf(other -> other < newEpoch - 1 || other > newEpoch);
    epochs.put(newEpoch, batches);
    return batches;
  }

  private int[] rowsOf(int ofEpoch) {
    List<int[]> ours = set.domains().stream().map(d -> rows.of(Split.TRAIN, d)).toList();
    int[] sizes = ours.stream().mapToInt(one -> one.length).toArray();
    boolean drawn = set.settings().weighting() == Weighting.TEMPERATURE && sizes.length > 1;
    int[] counts = drawn ? shares(sizes, set.settings().temperature()) : sizes;
    IntStream all = IntStream.empty();
    for (int own = 0; own < sizes.length; own++) {
      all = IntStream.concat(all, some(ours.get(own), counts[own], own, ofEpoch));
    }
    return all.toArray();
  }

  /** As many rows of a domain as wanted: all of them as often as it goes, then a part by lot. */
  private IntStream some(int[] ofDomain, int count, int own, int ofEpoch) {
    int[] order = ofDomain.clone();
    SplittableRandom random = new SplittableRandom(Seeds.of(seed, Purpose.SAMPLE, own, ofEpoch));
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int moved = order[i];
      order[i] = order[other];
      order[other] = moved;
    }
    return IntStream.range(0, count).map(i -> order[i % order.length]);
  }

  /**
   * How many rows of each domain an epoch has.
   *
   * @param sizes {@code [domains]} rows of each
   * @param temperature {@code T}; 1 leaves the sizes, more makes them more equal
   * @return {@code [domains]}, at least 1 each, with the sum of the sizes
   */
  static int[] shares(int[] sizes, double temperature) {
    int all = IntStream.of(sizes).sum();
    double[] powers = IntStream.of(sizes).mapToDouble(n -> Math.pow(n, 1 / temperature)).toArray();
    double sum = Arrays.stream(powers).sum();
    int[] counts = new int[sizes.length];
    int given = 0;
    double reached = 0;
    for (int i = 0; i < counts.length; i++) {
      // Rounding the running sum keeps the whole exact.
      reached += powers[i] / sum * all;
      int until = i == counts.length - 1 ? all : (int) Math.round(reached);
      counts[i] = Math.max(1, until - given);
      given += counts[i];
    }
    return counts;
  }
}
