package io.haori.tensor.quant;

import java.util.Locale;

/**
 * What the gradient with respect to the input of a frozen 8-bit matrix is computed from, while an
 * adapter is trained.
 */
public enum InputGradients {
  /** The matrix's 8-bit codes, and gradients that are rounded to codes row by row. */
  INT8,
  /** A dense copy of the matrix, made for each product, and gradients as they are. */
  FLOAT;

  /** Its name in settings. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
