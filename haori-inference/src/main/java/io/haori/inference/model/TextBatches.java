package io.haori.inference.model;

import io.haori.inference.tokens.RowsAhead;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.TextBatch;
import java.util.List;

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

  /**
   * Hears which batches will be asked for, so that they can be read before.
   *
   * @param soon the next ones in their order
   */
  default void expect(List<int[]> soon) {}

  /**
   * Batches that hold the rows' tokens and nothing else; pictures are decoded before their turn.
   */
  static TextBatches of(TokenizedRows rows) {
    RowsAhead ahead = new RowsAhead(rows);
    return new TextBatches() {
      @Override
      public TextBatch of(int... rowIndex) {
        return TextPass.batch(ahead.batch(0, rowIndex));
      }

      @Override
      public void expect(List<int[]> soon) {
        if (ahead.reads()) {
          ahead.expect(soon.stream().map(index -> new RowsAhead.Wanted(0, index)).toList());
        }
      }
    };
  }
}
