package io.haori.training.task;

import io.haori.inference.tokens.BatchPlan;
import io.haori.inference.tokens.RowsAhead;
import io.haori.inference.tokens.TokenizedRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The batches of some training rows, epoch by epoch; a function of the seed and the epoch. */
final class RowBatches {
  private final int[] members;
  private final int[] lengths;
  private final IntFunction<List<int[]>> planned;

  /** Of the epoch that is learnt from and, where it is looked ahead to, the next. */
  private final Map<Integer, List<int[]>> plans = new TreeMap<>();

  /**
   * Batches of rows.
   *
   * @param rows of the split
   * @param members {@code [n]} which of them
   * @param batchSize rows of a batch
   * @param seed of the run
   */
  RowBatches(TokenizedRows rows, int[] members, int batchSize, long seed) {
    this.members = members.clone();
    int[] all = rows.lengths();
    this.lengths = Arrays.stream(members).map(row -> all[row]).toArray();
    this.planned = epoch -> BatchPlan.training(lengths, batchSize, seed, epoch).batches();
  }

  /**
   * Batches of a plan of its own.
   *
   * @param rows of the split; all are members
   * @param planned the batches of an epoch, a function of its number
   */
  RowBatches(TokenizedRows rows, IntFunction<List<int[]>> planned) {
    this.members = IntStream.range(0, rows.size()).toArray();
    this.lengths = rows.lengths();
    this.planned = planned;
  }

  /** How many there are. */
  int count(int epoch) {
    return plan(epoch).size();
  }

  /** The rows of a batch, by their index in the split. */
  int[] rows(int epoch, int batch) {
    return Arrays.stream(plan(epoch).get(batch)).map(at -> members[at]).toArray();
  }

  /**
   * A batch and those that follow it.
   *
   * @param most of them
   * @param epochs of the run; none follow its last batch
   */
  List<RowsAhead.Wanted> from(int epoch, int batch, int most, int epochs) {
    List<RowsAhead.Wanted> found = new ArrayList<>();
    int at = batch;
    for (int in = epoch; in < epochs && found.size() < most; in++, at = 0) {
      for (; at < count(in) && found.size() < most; at++) {
        found.add(new RowsAhead.Wanted(in, rows(in, at)));
      }
    }
    return found;
  }

  /** Tokens of a batch. */
  int tokens(int epoch, int batch) {
    return Arrays.stream(plan(epoch).get(batch)).map(at -> lengths[at]).sum();
  }

  private List<int[]> plan(int epoch) {
    List<int[]> known = plans.get(epoch);
    if (known != null) {
      return known;
    }
    List<int[]> plan = planned.apply(epoch);
    plans.keySet().removeIf(other -> other < epoch - 1 || other > epoch);
    plans.put(epoch, plan);
    return plan;
  }
}
