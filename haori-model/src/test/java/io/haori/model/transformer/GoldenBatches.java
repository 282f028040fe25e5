package io.haori.model.transformer;

import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;

/** Inputs of the golden models as batches. */
final class GoldenBatches {
  private GoldenBatches() {}

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
