package io.haori.inference.model;

import io.haori.inference.tokens.BatchPlan;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.Arrays;
import java.util.List;

/** Vectors of texts, as heads and measures of likeness read them. */
public final class TextVectors {
  private TextVectors() {}

  /**
   * One vector a text.
   *
   * @param base reads the texts
   * @param adaptation which adapter sits on which layer
   * @param options how texts are read; those that are tokenised already are not cut again
   * @param rows the texts
   * @return F32 {@code [n, width]} in the rows' order, in the current scope
   */
  public static Tensor of(
      TextBase base, Adaptation adaptation, TextOptions options, TokenizedRows rows) {
    return of(base, adaptation, options, rows, TextBatches.of(rows));
  }

  /** The same of batches that another makes. */
  static Tensor of(
      TextBase base,
      Adaptation adaptation,
      TextOptions options,
      TokenizedRows rows,
      TextBatches batches) {
    int width = options.width(base);
    return Tensors.of(flat(base, adaptation, options, rows, batches), rows.size(), width);
  }

  /** The same as arrays of numbers: {@code [n][width]}. */
  static float[][] floats(
      TextBase base, Adaptation adaptation, TextOptions options, TokenizedRows rows) {
    return arrays(flat(base, adaptation, options, rows, TextBatches.of(rows)), options.width(base));
  }

  /** A matrix {@code [n, width]} as arrays of numbers {@code [n][width]}. */
  public static float[][] arrays(Tensor matrix) {
    return arrays(matrix.toFloats(), (int) matrix.size(1));
  }

  private static float[][] arrays(float[] flat, int width) {
    float[][] vectors = new float[flat.length / width][];
    for (int row = 0; row < vectors.length; row++) {
      vectors[row] = Arrays.copyOfRange(flat, row * width, (row + 1) * width);
    }
    return vectors;
  }

  private static float[] flat(
      TextBase base,
      Adaptation adaptation,
      TextOptions options,
      TokenizedRows rows,
      TextBatches batches) {
    int width = options.width(base);
    float[] all = new float[Math.multiplyExact(rows.size(), width)];
    if (rows.size() == 0) {
      return all;
    }
    List<int[]> plan = BatchPlan.evaluation(rows.lengths()).batches();
    for (int at = 0; at < plan.size(); at++) {
      int[] index = plan.get(at);
      batches.expect(plan.subList(at, plan.size()));
      try (Scope scope = Scope.open();
          Tape tape = Tape.inference(options.precision());
          TextBatch batch = batches.of(index)) {
        Variable pooled = pooled(tape, base, batch, adaptation, options, false);
        float[] vectors = pooled.value().toFloats();
        for (int i = 0; i < index.length; i++) {
          System.arraycopy(vectors, i * width, all, index[i] * width, width);
        }
      }
    }
    return all;
  }

  /** One vector a text of a batch, in the tape's type: {@code [rows, width]}. */
  public static Variable pooled(
      Tape tape,
      TextBase base,
      TextBatch batch,
      Adaptation adaptation,
      TextOptions options,
      boolean checkpointing) {
    return options.pooling().apply(tape, base.backbone(), batch, adaptation, checkpointing);
  }
}
