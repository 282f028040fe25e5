package io.haori.training.data;

/**
 * Rows that go through a model together, filled up to the longest of them. Matrices are flattened
 * row by row.
 *
 * @param ids {@code [rows, length]} token ids, the padding token behind a row's end
 * @param typeIds {@code [rows, length]} 0 for the first text and the padding, 1 for the second text
 * @param lengths {@code [rows]} how many tokens each row has before its padding
 * @param rows how many rows there are
 * @param length the tokens of the longest row
 * @param rowIndex {@code [rows]} which row of the data each one is
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to tensors, never compared.
public record TokenBatch(
    long[] ids, long[] typeIds, int[] lengths, int rows, int length, int[] rowIndex) {
  /**
   * The tokens that are no padding.
   *
   * @return the sum of the lengths
   */
  public long tokens() {
    long sum = 0;
    for (int rowLength : lengths) {
      sum += rowLength;
    }
    return sum;
  }
}
