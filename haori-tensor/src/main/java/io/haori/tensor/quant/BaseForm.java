package io.haori.tensor.quant;

import io.haori.core.weights.DType;

/**
 * How a base lies in memory.
 *
 * @param precision how the matrices of its layers are kept
 * @param gradients what gradients behind 8-bit matrices are computed from; without effect for
 *     others
 */
public record BaseForm(BasePrecision precision, InputGradients gradients) {
  /** With the usual gradients. */
  public static BaseForm of(BasePrecision precision) {
    return new BaseForm(precision, InputGradients.INT8);
  }

  /** With dense matrices of a type. */
  public static BaseForm of(DType dtype) {
    return of(BasePrecision.of(dtype));
  }
}
