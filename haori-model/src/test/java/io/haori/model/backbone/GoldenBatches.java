package io.haori.model.backbone;

import io.haori.model.config.PictureShape;
import io.haori.model.image.PictureValues;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/** Inputs of the golden models as batches, and their outputs without padding. */
final class GoldenBatches {
  private GoldenBatches() {}

  /** {@code [rows, length, width]} to {@code [tokens, width]}. */
  static Tensor tokens(TextBatch batch, Tensor padded) {
    List<Tensor> texts = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      texts.add(padded.select(0, row).narrow(0, 0, batch.lengthOf(row)));
    }
    return Tensors.cat(texts, 0);
  }

  /** Pictures {@code [pictures, 3, height, width]}. */
  static TextBatch pictures(Tensor pixels, PictureShape shape) {
    return TextBatch.of(
        new PictureValues(
            pixels.toFloats(),
            (int) pixels.size(0),
            (int) pixels.size(2),
            (int) pixels.size(3),
            shape));
  }

  static TextBatch read(Weights io) {
    try (Scope scope = Scope.open()) {
      Tensor ids = io.load("in.input_ids");
      int rows = (int) ids.size(0);
      int length = (int) ids.size(1);
      long[] mask = io.load("in.attention_mask").toLongs();
      int[] lengths = new int[rows];
      for (int i = 0; i < mask.length; i++) {
        lengths[i / length] += (int) mask[i];
      }
      long[] types =
          io.contains("in.token_type_ids")
              ? io.load("in.token_type_ids").toLongs()
              : new long[rows * length];
      return new TextBatch(ids.toLongs(), types, lengths, length);
    }
  }
}
