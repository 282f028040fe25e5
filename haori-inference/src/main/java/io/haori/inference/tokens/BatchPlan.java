package io.haori.inference.tokens;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Which rows go together: those of about one length, which attention computes in one rectangle.
 * Every row is in exactly one batch.
 *
 * <p>For training, rows are shuffled, sorted by length inside windows of many batches, cut into
 * batches, and the batches shuffled again: rows of a batch are about equally long, yet which rows
 * meet changes every epoch. The same seed and epoch give the same plan.
 */
public final class BatchPlan {
  /**
   * How many batches' rows are sorted together: a quarter of an epoch within these bounds. Longer
   * windows pad less, shorter ones mix better; with 15 batches of work orders of 9 tokens, windows
   * of 3 leave 26 % padding, of 8 leave 12 %.
   */
  private static final int MIN_WINDOW_BATCHES = 8;

  private static final int MAX_WINDOW_BATCHES = 50;

  /** From here on a row more makes a pass no cheaper. */
  static final int EVALUATION_ROWS = 128;

  /** Bounds what a pass holds in memory. */
  static final int EVALUATION_TOKENS = 8192;

  private final List<int[]> batches;
  private final int[] lengths;

  private BatchPlan(List<int[]> batches, int[] lengths) {
    this.batches = batches;
    this.lengths = lengths;
  }

  /**
   * The plan of one training epoch.
   *
   * @param lengths {@code [n]} tokens of each row
   * @param batchSize how many rows a batch has; at least 1. One batch may have fewer
   * @param seed of the whole training
   * @param epoch counted from 0
   * @return the plan
   */
  public static BatchPlan training(int[] lengths, int batchSize, long seed, int epoch) {
    requireBatchSize(batchSize);
    var random = new Random(mixed(seed, epoch));
    Integer[] rows = ascending(lengths.length);
    Collections.shuffle(Arrays.asList(rows), random);
    long quarter = lengths.length / batchSize / 4;
    long wanted = Math.max(MIN_WINDOW_BATCHES, Math.min(MAX_WINDOW_BATCHES, quarter));
    int window = (int) Math.min(Math.max(1, rows.length), batchSize * wanted);
    for (int from = 0; from < rows.length; from += window) {
      Arrays.sort(
          rows,
          from,
          Math.min(rows.length, from + window),
          Comparator.comparingInt(row -> lengths[row]));
    }
    List<int[]> batches = cut(rows, batchSize);
    Collections.shuffle(batches, random);
    return new BatchPlan(batches, lengths.clone());
  }

  /**
   * The plan of one pass over rows without learning, in batches that suit their lengths: at most
   * {@value #EVALUATION_ROWS} rows and, but for a single row, {@value #EVALUATION_TOKENS} tokens.
   * The longest come first, so that a batch that does not fit into memory shows at once.
   *
   * @param lengths {@code [n]} tokens of each row
   * @return the plan
   */
  public static BatchPlan evaluation(int[] lengths) {
    Integer[] rows = ascending(lengths.length);
    Arrays.sort(rows, Comparator.comparingInt((Integer row) -> lengths[row]).reversed());
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    int tokens = 0;
    for (int to = 0; to < rows.length; to++) {
      boolean full = to - from == EVALUATION_ROWS || tokens + lengths[rows[to]] > EVALUATION_TOKENS;
      if (full && to > from) {
        batches.add(Arrays.stream(rows, from, to).mapToInt(Integer::intValue).toArray());
        from = to;
        tokens = 0;
      }
      tokens += lengths[rows[to]];
    }
    if (from < rows.length) {
      batches.add(Arrays.stream(rows, from, rows.length).mapToInt(Integer::intValue).toArray());
    }
    return new BatchPlan(batches, lengths.clone());
  }

  /**
   * The plan of one pass over rows without learning: the longest first, so that a batch that does
   * not fit into memory shows at once.
   *
   * @param lengths {@code [n]} tokens of each row
   * @param batchSize how many rows a batch has; at least 1. The last may have fewer
   * @return the plan
   */
  public static BatchPlan evaluation(int[] lengths, int batchSize) {
    requireBatchSize(batchSize);
    Integer[] rows = ascending(lengths.length);
    Arrays.sort(rows, Comparator.comparingInt(row -> -lengths[row]));
    return new BatchPlan(cut(rows, batchSize), lengths.clone());
  }

  /**
   * The batches in the order they must run.
   *
   * @return the rows' indices, one array a batch; unmodifiable
   */
  public List<int[]> batches() {
    return Collections.unmodifiableList(batches);
  }

  /**
   * The share of the batches' positions that padding fills.
   *
   * @return in [0, 1); 0 when there are no rows
   */
  public double paddingShare() {
    long tokens = 0;
    long positions = 0;
    for (int[] batch : batches) {
      int longest = 0;
      for (int row : batch) {
        tokens += lengths[row];
        longest = Math.max(longest, lengths[row]);
      }
      positions += (long) longest * batch.length;
    }
    return positions == 0 ? 0 : 1 - (double) tokens / positions;
  }

  private static void requireBatchSize(int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize must be at least 1, got " + batchSize);
    }
  }

  /** Spreads seed and epoch over all bits (the finisher of SplitMix64), as Random does not. */
  private static long mixed(long seed, int epoch) {
    long z = seed + (epoch + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static Integer[] ascending(int count) {
    var rows = new Integer[count];
    Arrays.setAll(rows, i -> i);
    return rows;
  }

  private static List<int[]> cut(Integer[] rows, int batchSize) {
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < rows.length; from += batchSize) {
      int to = Math.min(rows.length, from + batchSize);
      batches.add(Arrays.stream(rows, from, to).mapToInt(Integer::intValue).toArray());
    }
    return batches;
  }
}
