package io.haori.training.sidebyside;

import io.haori.inference.tokens.TokenBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Which domains' batches of one step go through the base together: as many as a bounded number of
 * tokens holds, those of about one length together, which bounds the memory of a step.
 */
public final class PassPlan {
  /** Tokens × width of a usual pass for each thread: more gain nothing and only take memory. */
  private static final int USUAL_VALUES = 1024 * 384;

  private static final int FEWEST_USUAL = 256;

  private PassPlan() {}

  /**
   * How many tokens a pass has at most when nobody chooses: beyond it a processor gains nothing
   * more, and on wide bases it loses, since what a pass keeps outgrows the caches.
   *
   * @param width numbers of a hidden state
   * @param threads that work on the pass
   */
  public static int usualTokens(int width, int threads) {
    return Math.max(FEWEST_USUAL, USUAL_VALUES / width) * threads;
  }

  /**
   * Parts domains for a whole run, so that parts may run at once.
   *
   * @param tokens of a usual batch, one a domain
   * @param mostTokens of a part; a single domain may have more
   * @return indices of the domains, each in one part; the largest first
   */
  public static List<List<Integer>> groups(List<Long> tokens, long mostTokens) {
    List<Integer> largestFirst =
        IntStream.range(0, tokens.size())
            .boxed()
            .sorted(Comparator.comparing(tokens::get, Comparator.reverseOrder()))
            .toList();
    return parts(largestFirst, tokens::get, mostTokens);
  }

  /**
   * Parts a step.
   *
   * @param batches one a domain or run
   * @param mostTokens of a pass; a single batch may have more
   * @return indices of the batches, each in one part, ascending within a part
   */
  public static List<List<Integer>> of(List<TokenBatch> batches, long mostTokens) {
    List<Integer> longestFirst =
        IntStream.range(0, batches.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -batches.get(i).length()))
            .toList();
    List<List<Integer>> parts = parts(longestFirst, i -> batches.get(i).tokens(), mostTokens);
    parts.forEach(one -> one.sort(Comparator.naturalOrder()));
    return parts;
  }

  private static List<List<Integer>> parts(
      List<Integer> order, IntToLongFunction tokensOf, long mostTokens) {
    List<List<Integer>> parts = new ArrayList<>();
    List<Integer> part = new ArrayList<>();
    long tokens = 0;
    for (int index : order) {
      long ours = tokensOf.applyAsLong(index);
      if (!part.isEmpty() && tokens + ours > mostTokens) {
        parts.add(part);
        part = new ArrayList<>();
        tokens = 0;
      }
      part.add(index);
      tokens += ours;
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }
}
