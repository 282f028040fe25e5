package io.haori.training.task;

import io.haori.tensor.Tensor;

/**
 * A layer between the pooled vector and a head: {@code tanh(v Wᵀ + b)}. It is what RoBERTa's
 * sequence classifier has in its head, and what a pooler is that was trained with the head. It is
 * not trained here. Owns its tensors.
 *
 * @param weight F32 {@code [width, width]}
 * @param bias F32 {@code [width]}
 */
record Projection(Tensor weight, Tensor bias) implements AutoCloseable {
  /** Name of the weight among a head's tensors. */
  static final String WEIGHT = "projection.weight";

  /** Name of the bias among a head's tensors. */
  static final String BIAS = "projection.bias";

  /** Keeps the tensors beyond the scope that they were made in. */
  Projection {
    weight.retain();
    bias.retain();
  }

  /** {@code [rows, width]} to {@code [rows, width]}. */
  Tensor apply(Tensor vectors) {
    return vectors.matmul(weight.t()).add(bias).tanh();
  }

  @Override
  public void close() {
    weight.close();
    bias.close();
  }
}
