package io.haori.training.task;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Deals the rows of a batch out to the members of a group, so that each has about as many tokens.
 */
final class RowShares {
  private RowShares() {}

  /**
   * The rows of one member: of all rows by their length, every {@code size}-th.
   *
   * @param rows of the batch
   * @param lengths tokens of all rows of the split
   * @param rank of the member
   * @param size members
   * @return none where there are fewer rows than members
   */
  static int[] of(int[] rows, int[] lengths, int rank, int size) {
    Integer[] byLength = Arrays.stream(rows).boxed().toArray(Integer[]::new);
    Arrays.sort(
        byLength,
        Comparator.comparingInt((Integer row) -> lengths[row])
            .reversed()
            .thenComparing(Comparator.naturalOrder()));
    return IntStream.range(0, byLength.length)
        .filter(at -> at % size == rank)
        .map(at -> byLength[at])
        .toArray();
  }
}
