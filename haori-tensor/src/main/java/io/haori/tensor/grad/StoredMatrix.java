package io.haori.tensor.grad;

import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.quant.InputGradients;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A matrix that is still in its file: each part is read when it is wanted, by itself.
 *
 * @param parts read parts into the current scope, {@code [o, i]} of equal i
 * @param dtype that they are read as
 * @param rounding how it is kept once it has been read; null to be read again then
 */
record StoredMatrix(List<Supplier<Tensor>> parts, DType dtype, @Nullable Rounding rounding) {
  /**
   * How a matrix is kept in 8 bits.
   *
   * @param outliers columns that are multiplied in floats
   * @param gradients what the gradient with respect to its input is computed from
   */
  record Rounding(List<Long> outliers, InputGradients gradients) {}

  /** What is done with a part while it is in memory. */
  @FunctionalInterface
  interface Use {
    /**
     * Computes something with it.
     *
     * @param row of the whole that it begins with
     * @param part valid during the call
     */
    Tensor of(long row, Tensor part);
  }

  /** All of it, dense. */
  Tensor whole() {
    return parts.size() == 1
        ? parts.get(0).get()
        : Tensors.cat(
            IntStream.range(0, parts.size()).mapToObj(i -> parts.get(i).get()).toList(), 0);
  }

  StoredMatrix rounded(Rounding newRounding) {
    return new StoredMatrix(parts, dtype, newRounding);
  }
}
