package io.haori.inference.model;

import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.TextBatch;

/** Makes batches of some data's rows. */
@FunctionalInterface
public interface TextBatches {
  /**
   * Some of the rows in native memory.
   *
   * @param rowIndex which; at least one
   * @return to be closed by the caller
   */
  TextBatch of(int... rowIndex);

  /** Batches that hold the rows' tokens and nothing else. */
  static TextBatches of(TokenizedRows rows) {
    return rowIndex -> TextPass.batch(rows.batch(rowIndex));
  }
}
