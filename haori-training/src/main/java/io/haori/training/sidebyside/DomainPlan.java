package io.haori.training.sidebyside;

import io.haori.inference.tokens.BatchPlan;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The batches of a domain's epoch. Batches are visited in the order of a sequence that all domains
 * of a run share, by the rank of their length: at each step the domains' batches are about equally
 * long for their domains, though no domain looks at another.
 */
public final class DomainPlan {
  private DomainPlan() {}

  /**
   * The plan of one epoch.
   *
   * @param lengths {@code [n]} tokens of each row
   * @param batchSize rows of a batch at most; batches are made about equally large
   * @param runSeed of the whole run
   * @param domainSeed of the domain
   * @param epoch counted from 0
   */
  public static List<int[]> epoch(
      int[] lengths, int batchSize, long runSeed, long domainSeed, int epoch) {
    int size = evenSize(lengths.length, batchSize);
    List<int[]> batches =
        new ArrayList<>(
            BatchPlan.training(lengths, size, Seeds.of(domainSeed, Purpose.ORDER), epoch)
                .batches());
    batches.sort(Comparator.comparingInt(batch -> longest(batch, lengths)));
    SplittableRandom shared = new SplittableRandom(Seeds.of(runSeed, Purpose.SHARED_ORDER, epoch));
    double[] order =
        IntStream.range(0, batches.size()).mapToDouble(i -> shared.nextDouble()).toArray();
    int[] rank = new int[order.length];
    List<Integer> ascending =
        IntStream.range(0, order.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> order[i]))
            .toList();
    for (int i = 0; i < rank.length; i++) {
      rank[ascending.get(i)] = i;
    }
    return IntStream.of(rank).mapToObj(batches::get).toList();
  }

  /** So that no batch is a small rest. */
  public static int evenSize(int rows, int batchSize) {
    int batches = (rows + batchSize - 1) / batchSize;
    return (rows + batches - 1) / Math.max(1, batches);
  }

  private static int longest(int[] batch, int[] lengths) {
    int longest = 0;
    for (int row : batch) {
      longest = Math.max(longest, lengths[row]);
    }
    return longest;
  }
}
