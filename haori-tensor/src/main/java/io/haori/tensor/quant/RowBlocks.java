package io.haori.tensor.quant;

import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Rounds large matrices some rows at a time, so that what comes in between stays small. */
final class RowBlocks {
  /** Numbers of a block at most; a single row may have more. */
  private static final long MOST = 1L << 22;

  /** A multiple of the rows that 4-bit codes are kept together of. */
  private static final long TOGETHER = 64;

  private RowBlocks() {}

  /** Whether a matrix has more than one block. */
  static boolean areSeveral(Tensor matrix) {
    return matrix.count() > MOST && matrix.size(0) > 2;
  }

  /** Rows of a block of a matrix. */
  static long step(Tensor matrix) {
    long step = Math.max(2, MOST / matrix.size(1));
    // So that no block but the last has to be filled up, or begins between two rows of a pair.
    return step - step % (step > TOGETHER ? TOGETHER : 2);
  }

  /**
   * Rounds each block.
   *
   * @param matrix {@code [o, i]}
   * @param rounding of a block; a row's codes depend on that row and the other of its pair alone
   * @return in their order
   */
  static <T> List<T> of(Tensor matrix, Function<Tensor, T> rounding) {
    long rows = matrix.size(0);
    long step = step(matrix);
    List<T> blocks = new ArrayList<>();
    for (long row = 0; row < rows; row += step) {
      try (Scope scope = Scope.open()) {
        blocks.add(rounding.apply(matrix.narrow(0, row, Math.min(step, rows - row))));
      }
    }
    return blocks;
  }
}
