package io.haori.benchmarks.speed;

import io.haori.core.weights.DType;
import io.haori.tensor.Engine;
import io.haori.tensor.Kernels;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.Arrays;

/**
 * Times only the matrix products of a training step on the MiniLM shape with LoRA on queries and
 * values: the limit that no arrangement of the rest can pass. Forward: q, k, v, attention output,
 * up, down and both products of attention; backward: those of the inputs' gradients (none for q, k,
 * v of the lowest layer) and four of attention. Prints one JSON line.
 */
public final class ProductLimit {
  private static final int LAYERS = 6;

  private ProductLimit() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    DType dtype = System.getProperty("precision", "bf16").equals("bf16") ? DType.BF16 : DType.F32;
    int rows = Integer.getInteger("batch", 32);
    int length = Integer.getInteger("length", 128);
    Engine.setThreads(Integer.getInteger("threads", 2));
    long n = (long) rows * length;
    double[] milliseconds = new double[Integer.getInteger("repeats", 9)];
    try (Scope all = Scope.open()) {
      Tensor x = Tensors.full(0.01, dtype, n, 384);
      Tensor wide = Tensors.full(0.01, dtype, n, 1536);
      Tensor triple = Tensors.full(0.01, dtype, n, 3 * 384);
      Tensor qkv = Tensors.full(0.01, dtype, 3 * 384, 384);
      Tensor square = Tensors.full(0.01, dtype, 384, 384);
      Tensor up = Tensors.full(0.01, dtype, 1536, 384);
      Tensor down = Tensors.full(0.01, dtype, 384, 1536);
      Tensor head = Tensors.full(0.01, dtype, rows * 12L, length, 32);
      Tensor scores = Tensors.full(0.01, dtype, rows * 12L, length, length);
      for (int repeat = 0; repeat < milliseconds.length; repeat++) {
        long begin = System.nanoTime();
        for (int layer = 0; layer < LAYERS; layer++) {
          try (Scope scope = Scope.open()) {
            Kernels.linear(x, qkv, null);
            Kernels.linear(x, square, null);
            Kernels.linear(x, up, null);
            Kernels.linear(wide, down, null);
            if (layer > 0) {
              Kernels.product(triple, qkv, 1);
            }
            Kernels.product(x, square, 1);
            Kernels.product(wide, up, 1);
            Kernels.product(x, down, 1);
          }
          try (Scope scope = Scope.open()) {
            head.batchMatmul(head.transpose(1, 2));
            scores.batchMatmul(head);
            head.batchMatmul(head.transpose(1, 2));
            scores.transpose(1, 2).batchMatmul(head);
            scores.batchMatmul(head);
            scores.transpose(1, 2).batchMatmul(head);
          }
        }
        milliseconds[repeat] = (System.nanoTime() - begin) / 1e6;
      }
    }
    double[] sorted = Arrays.stream(milliseconds).skip(2).sorted().toArray();
    System.out.printf(
        "{\"program\":\"products\",\"precision\":\"%s\",\"medianMs\":%.0f,\"minMs\":%.0f}%n",
        dtype, sorted[sorted.length / 2], sorted[0]);
  }
}
