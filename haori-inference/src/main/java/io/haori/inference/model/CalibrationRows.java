package io.haori.inference.model;

import io.haori.inference.tokens.RowReader;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.quant.InputGradients;
import java.util.stream.IntStream;

/** Rows that a base reads before its layers are rounded to 8 bits. */
final class CalibrationRows {
  private static final int LONGEST = 64;

  private CalibrationRows() {}

  /** Lets a base read them and keeps its layers in 8 bits from then on. */
  static void quantise(Backbone backbone, RowReader reader, InputGradients gradients) {
    TokenizedRows rows = reader.read(reader.calibration(), Math.min(LONGEST, backbone.positions()));
    int[] all = IntStream.range(0, rows.size()).toArray();
    try (TextBatch batch = TextPass.batch(rows.batch(all))) {
      backbone.quantise(batch, gradients);
    }
  }
}
