package io.haori.training.task;

import io.haori.inference.tokens.BatchPlan;
import io.haori.inference.tokens.TokenizedRows;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The batches of some training rows, epoch by epoch; a function of the seed and the epoch. */
final class RowBatches {
  private final int[] members;
  private final int[] lengths;
  private final IntFunction<List<int[]>> planned;
  private int plannedEpoch = -1;
  private List<int[]> plan = List.of();

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

  /** Tokens of a batch. */
  int tokens(int epoch, int batch) {
    return Arrays.stream(plan(epoch).get(batch)).map(at -> lengths[at]).sum();
  }

  private List<int[]> plan(int epoch) {
    if (epoch != plannedEpoch) {
      plan = planned.apply(epoch);
      plannedEpoch = epoch;
    }
    return plan;
  }
}
