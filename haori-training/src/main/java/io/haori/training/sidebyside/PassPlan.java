package io.haori.training.sidebyside;

import io.haori.training.data.TokenBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which domains' batches of one step go through the base together. Those of about one length share
 * a rectangle; a rectangle has a bounded number of places, which bounds the memory of a step.
 */
public final class PassPlan {
  /** Share of a rectangle's places that may be padding because its domains differ in length. */
  private static final double MOST_PADDING = 0.2;

  /** Places × width of a usual rectangle: more gain nothing and only take memory. */
  private static final int USUAL_VALUES = 4096 * 384;

  private static final int FEWEST_USUAL = 256;

  private PassPlan() {}

  /**
   * How many places a rectangle has at most when nobody chooses: beyond it a processor gains
   * nothing more, and on wide bases it loses, since what a pass keeps outgrows the caches.
   *
   * @param width numbers of a hidden state
   */
  public static int usualPlaces(int width) {
    return Math.max(FEWEST_USUAL, USUAL_VALUES / width);
  }

  /**
   * Parts a step.
   *
   * @param batches one a domain or run
   * @param mostPlaces rows × length of a rectangle; a single batch may have more
   * @return indices of the batches, each in one part, ascending within a part
   */
  public static List<List<Integer>> of(List<TokenBatch> batches, long mostPlaces) {
    List<Integer> longestFirst =
        IntStream.range(0, batches.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -batches.get(i).length()))
            .toList();
    List<List<Integer>> parts = new ArrayList<>();
    List<Integer> part = new ArrayList<>();
    long length = 0;
    long rows = 0;
    long needed = 0;
    for (int index : longestFirst) {
      long ourRows = batches.get(index).rows();
      long ourPlaces = ourRows * batches.get(index).length();
      long places = (rows + ourRows) * length;
      boolean fits = places <= mostPlaces && places - needed - ourPlaces <= MOST_PADDING * places;
      if (!part.isEmpty() && !fits) {
        parts.add(part);
        part = new ArrayList<>();
      }
      if (part.isEmpty()) {
        length = batches.get(index).length();
        rows = 0;
        needed = 0;
      }
      part.add(index);
      rows += ourRows;
      needed += ourPlaces;
    }
    parts.add(part);
    parts.forEach(one -> one.sort(Comparator.naturalOrder()));
    return parts;
  }
}
