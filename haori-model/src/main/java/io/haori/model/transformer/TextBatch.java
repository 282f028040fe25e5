package io.haori.model.transformer;

import io.haori.tensor.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tokenised texts padded on the right to one length, with what the encoder derives from them. Owns
 * its tensors.
 */
public final class TextBatch implements AutoCloseable {
  /** Added to the scores of padding: its softmax is exactly 0 in fp32 and in bf16. */
  private static final double MASKED = -1e9;

  private final int rows;
  private final int length;
  private final int[] lengths;
  private final boolean padded;
  private final Tensor ids;
  private final Tensor typeIds;
  private final @Nullable Tensor mask;

  /**
   * Copies a batch into native memory.
   *
   * @param ids token ids, row-major {@code [rows, length]}
   * @param typeIds segment of each token, like ids
   * @param lengths tokens of each text, at least 1, the rest of its row is padding
   * @param length of a row
   */
  public TextBatch(long[] ids, long[] typeIds, int[] lengths, int length) {
    this.rows = lengths.length;
    this.length = length;
    this.lengths = lengths.clone();
    if (ids.length != rows * length || typeIds.length != ids.length) {
      throw new IllegalArgumentException(ids.length + " ids for " + rows + " rows of " + length);
    }
    boolean anyPadding = false;
    float[] additive = new float[rows * length];
    for (int row = 0; row < rows; row++) {
      if (lengths[row] < 1 || lengths[row] > length) {
        throw new IllegalArgumentException("row " + row + " has length " + lengths[row]);
      }
      for (int at = lengths[row]; at < length; at++) {
        additive[row * length + at] = (float) MASKED;
        anyPadding = true;
      }
    }
    this.padded = anyPadding;
    try (Scope scope = Scope.open()) {
      this.ids = Tensor.of(ids, ids.length).retain();
      this.typeIds = Tensor.of(typeIds, typeIds.length).retain();
      this.mask = anyPadding ? Tensor.of(additive, rows, 1, 1, length).retain() : null;
    }
  }

  /** Number of texts. */
  public int rows() {
    return rows;
  }

  /** Tokens of a row, padding included. */
  public int length() {
    return length;
  }

  /** Whether any row ends in padding. */
  public boolean padded() {
    return padded;
  }

  /** Tokens of a text. */
  public int lengthOf(int row) {
    return lengths[row];
  }

  /** Tokens of all texts, padding not counted. */
  public long tokens() {
    long sum = 0;
    for (int tokens : lengths) {
      sum += tokens;
    }
    return sum;
  }

  /** Token ids, I64 {@code [rows · length]}. */
  public Tensor ids() {
    return ids;
  }

  /** Segments, I64 {@code [rows · length]}. */
  public Tensor typeIds() {
    return typeIds;
  }

  /** Added to attention scores, {@code [rows, 1, 1, length]} of a type; null without padding. */
  public @Nullable Tensor mask(DType dtype) {
    return mask == null ? null : mask.to(dtype);
  }

  /** Weights of a mean over each text's tokens, {@code [rows, 1, length]} of a type. */
  public Tensor meanWeights(DType dtype) {
    float[] weights = new float[rows * length];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(weights, row * length, row * length + lengths[row], 1f / lengths[row]);
    }
    return Tensor.of(weights, rows, 1, length).to(dtype);
  }

  @Override
  public void close() {
    ids.close();
    typeIds.close();
    if (mask != null) {
      mask.close();
    }
  }
}
