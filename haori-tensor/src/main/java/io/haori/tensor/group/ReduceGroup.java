package io.haori.tensor.group;

import io.haori.tensor.Tensor;
import java.util.Arrays;

/**
 * One member's view of a group whose members add up their numbers, all of them in the same order of
 * calls with arrays of the same lengths (an all-reduce). Every member gets the same bits.
 */
public interface ReduceGroup extends AutoCloseable {
  /** A group of one, whose numbers are their sum already. */
  ReduceGroup ALONE =
      new ReduceGroup() {
        @Override
        public int rank() {
          return 0;
        }

        @Override
        public int size() {
          return 1;
        }

        @Override
        public void sum(Tensor numbers) {}

        @Override
        public void sum(double[] numbers) {}

        @Override
        public void close() {}
      };

  /** Number of this member; in [0, size). */
  int rank();

  /** How many members there are; at least 1. */
  int size();

  /**
   * Replaces numbers by their sum over all members.
   *
   * @param numbers contiguous, F32; in place
   * @throws io.haori.core.check.UserError when another member is too slow
   * @throws LostMemberException when another member has left
   */
  void sum(Tensor numbers);

  /**
   * Replaces numbers by their sum over all members.
   *
   * @param numbers in place
   * @throws io.haori.core.check.UserError when another member is too slow
   * @throws LostMemberException when another member has left
   */
  void sum(double[] numbers);

  /**
   * Replaces numbers by those of the member 0.
   *
   * @param numbers contiguous, F32; in place
   */
  default void copyFirst(Tensor numbers) {
    if (size() > 1) {
      if (rank() > 0) {
        var unused = numbers.zeroInPlace();
      }
      sum(numbers);
    }
  }

  /**
   * Replaces numbers by those of the member 0.
   *
   * @param numbers in place
   */
  default void copyFirst(double[] numbers) {
    if (size() > 1) {
      if (rank() > 0) {
        Arrays.fill(numbers, 0);
      }
      sum(numbers);
    }
  }

  /** Leaves the group; the others cannot go on without this member. */
  @Override
  void close();
}
