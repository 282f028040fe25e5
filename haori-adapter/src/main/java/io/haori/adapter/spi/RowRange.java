package io.haori.adapter.spi;

import io.haori.tensor.Tensor;

/**
 * Consecutive rows of a matrix of tokens.
 *
 * @param first row
 * @param count of rows
 */
public record RowRange(long first, long count) {
  /** The row after the last. */
  public long end() {
    return first + count;
  }

  /** All rows of a matrix. */
  public static RowRange all(Tensor matrix) {
    return new RowRange(0, matrix.size(0));
  }

  /** Whether these are all rows of a matrix. */
  public boolean isAllOf(Tensor matrix) {
    return first == 0 && count == matrix.size(0);
  }

  /** These rows of a matrix: a view, or the matrix itself when they are all. */
  public Tensor of(Tensor matrix) {
    return isAllOf(matrix) ? matrix : matrix.narrow(0, first, count);
  }
}
