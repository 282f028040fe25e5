package io.haori.adapter.spi;

import io.haori.tensor.Tensor;

/**
 * A layer that adds {@code scale · B A} to a frozen weight: what modules of different methods have
 * in common when they are mixed, compared or exported.
 */
public interface LowRankUpdate {
  /** {@code A}, F32 {@code [r, in]}; owned by the layer, or made in the current scope. */
  Tensor down();

  /** {@code B}, F32 {@code [out, r]}; owned by the layer, or made in the current scope. */
  Tensor up();

  /** Factor of the update. */
  double scale();
}
