package io.haori.model.backbone;

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

  /** Pictures {@code [pictures, channels, height, width]} as patches. */
  static Patches patches(Tensor pixels, int side) {
    long channels = pixels.size(1);
    long down = pixels.size(2) / side;
    long across = pixels.size(3) / side;
    Tensor cut =
        pixels
            .reshape(pixels.size(0), channels, down, side, across, side)
            .permute(0, 2, 4, 1, 3, 5)
            .contiguous();
    return new Patches(cut.toFloats(), (int) pixels.size(0), (int) down, (int) across);
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
