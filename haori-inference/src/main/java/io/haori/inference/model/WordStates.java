package io.haori.inference.model;

import io.haori.inference.tokens.BatchPlan;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.HiddenDropout;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.stream.IntStream;

/** States of words, as heads that read every word want them: those of a word's first token. */
final class WordStates {
  private WordStates() {}

  /**
   * The states of a batch's words, in the tape's type.
   *
   * @param tape computes
   * @param base reads the texts
   * @param batch the texts
   * @param tokens {@code [words]} positions among the batch's tokens
   * @param adaptation which adapter sits on which layer
   * @param checkpointing whether layers are computed again for their gradients
   * @return {@code [words, width]}
   */
  static Variable at(
      Tape tape,
      TextBase base,
      TextBatch batch,
      long[] tokens,
      Adaptation adaptation,
      boolean checkpointing) {
    Tensor positions = Tensors.of(tokens, tokens.length);
    return base.backbone()
        .hiddenAt(tape, batch, positions, adaptation, checkpointing, HiddenDropout.NONE);
  }

  /**
   * The states of the words of many texts.
   *
   * @param base reads the texts
   * @param adaptation which adapter sits on which layer
   * @param options how texts are read; those that are tokenised already are not cut again
   * @param positions of the texts
   * @param batches of their rows
   * @return F32 {@code [words, width]} in the rows' order, in the current scope
   */
  static Tensor of(
      TextBase base,
      Adaptation adaptation,
      TextOptions options,
      Positions positions,
      TextBatches batches) {
    int width = base.backbone().width();
    int rows = positions.rows().size();
    int[] starts = new int[rows + 1];
    for (int row = 0; row < rows; row++) {
      starts[row + 1] = starts[row] + positions.count(row);
    }
    float[] all = new float[Math.multiplyExact(starts[rows], width)];
    // A text without a word that has a token is not read.
    int[] read = IntStream.range(0, rows).filter(row -> positions.count(row) > 0).toArray();
    int[] lengths = positions.rows().lengths();
    int[] ours = IntStream.of(read).map(row -> lengths[row]).toArray();
    if (read.length == 0) {
      return Tensors.of(all, 0, width);
    }
    for (int[] batch : BatchPlan.evaluation(ours).batches()) {
      int[] index = IntStream.of(batch).map(at -> read[at]).toArray();
      try (Scope scope = Scope.open();
          Tape tape = Tape.inference(options.precision());
          TextBatch texts = batches.of(index)) {
        Variable states = at(tape, base, texts, positions.tokens(index), adaptation, false);
        float[] numbers = states.value().toFloats();
        int from = 0;
        for (int row : index) {
          int count = (starts[row + 1] - starts[row]) * width;
          System.arraycopy(numbers, from, all, starts[row] * width, count);
          from += count;
        }
      }
    }
    return Tensors.of(all, starts[rows], width);
  }
}
