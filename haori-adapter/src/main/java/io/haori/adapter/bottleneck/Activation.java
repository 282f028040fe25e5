package io.haori.adapter.bottleneck;

import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;

/** The function σ between the two matrices of a bottleneck. */
public enum Activation {
  /** Gaussian error linear unit, {@code z Φ(z)}. */
  GELU {
    @Override
    Tensor apply(Tensor z) {
      return z.gelu();
    }

    @Override
    Tensor backward(Tensor dh, Tensor z, Tensor h) {
      return Kernels.geluBackward(dh, z);
    }
  },
  /** Rectified linear unit, {@code max(z, 0)}; its derivative at 0 is taken as 0. */
  RELU {
    @Override
    Tensor apply(Tensor z) {
      return z.relu();
    }

    @Override
    Tensor backward(Tensor dh, Tensor z, Tensor h) {
      return dh.maskedFillInPlace(h.equalTo(0.0), 0);
    }
  };

  /** {@code h = σ(z)}, freshly made. */
  abstract Tensor apply(Tensor z);

  /**
   * Gradient with respect to z.
   *
   * @param dh gradient with respect to h; may be changed
   * @param z what σ was applied to
   * @param h what it gave
   */
  abstract Tensor backward(Tensor dh, Tensor z, Tensor h);
}
