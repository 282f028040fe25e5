package io.haori.inference.tokens;

import io.haori.model.image.PictureValues;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rows that go through a model together, filled up to the longest of them. Matrices are flattened
 * row by row.
 *
 * @param ids {@code [rows, length]} token ids, the padding token behind a row's end
 * @param typeIds {@code [rows, length]} 0 for the first text and the padding, 1 for the second text
 * @param lengths {@code [rows]} how many tokens each row has before its padding
 * @param rows how many rows there are
 * @param length the tokens of the longest row
 * @param rowIndex {@code [rows]} which row of the data each one is; empty when it is not known
 * @param pictures what is read in the place of ids; null for texts
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to tensors, never compared.
public record TokenBatch(
    long[] ids,
    long[] typeIds,
    int[] lengths,
    int rows,
    int length,
    int[] rowIndex,
    @Nullable PictureValues pictures) {
  /** A batch of texts. */
  public TokenBatch(
      long[] ids, long[] typeIds, int[] lengths, int rows, int length, int[] rowIndex) {
    this(ids, typeIds, lengths, rows, length, rowIndex, null);
  }

  /** A batch of pictures, which have no ids. */
  static TokenBatch of(PictureValues pictures, int length, int... rowIndex) {
    int[] lengths = new int[pictures.pictures()];
    Arrays.fill(lengths, length);
    return new TokenBatch(
        new long[0], new long[0], lengths, lengths.length, length, rowIndex, pictures);
  }

  /**
   * Several batches in one rectangle, one after another. Which rows of the data they are is not
   * kept, as each batch may have data of its own.
   *
   * @param batches at least one
   * @param padId fills rows up to the longest of all
   */
  public static TokenBatch joined(List<TokenBatch> batches, long padId) {
    PictureValues first = batches.get(0).pictures();
    if (first != null) {
      List<PictureValues> all =
          batches.stream().map(batch -> Objects.requireNonNull(batch.pictures())).toList();
      return of(PictureValues.joined(all), batches.get(0).length());
    }
    int rows = batches.stream().mapToInt(TokenBatch::rows).sum();
    int length = batches.stream().mapToInt(TokenBatch::length).max().orElseThrow();
    long[] ids = new long[rows * length];
    Arrays.fill(ids, padId);
    long[] typeIds = new long[rows * length];
    int[] lengths = new int[rows];
    int row = 0;
    for (TokenBatch batch : batches) {
      for (int i = 0; i < batch.rows; i++, row++) {
        int from = i * batch.length;
        lengths[row] = batch.lengths[i];
        System.arraycopy(batch.ids, from, ids, row * length, batch.length);
        System.arraycopy(batch.typeIds, from, typeIds, row * length, batch.length);
      }
    }
    return new TokenBatch(ids, typeIds, lengths, rows, length, new int[0]);
  }

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

  /**
   * Some of the rows, filled up as here.
   *
   * @param first of them
   * @param end behind the last of them
   */
  public TokenBatch rows(int first, int end) {
    int[] index = rowIndex.length == 0 ? rowIndex : Arrays.copyOfRange(rowIndex, first, end);
    if (pictures != null) {
      return of(pictures.part(first, end), length, index);
    }
    return new TokenBatch(
        Arrays.copyOfRange(ids, first * length, end * length),
        Arrays.copyOfRange(typeIds, first * length, end * length),
        Arrays.copyOfRange(lengths, first, end),
        end - first,
        length,
        index);
  }
}
