package io.haori.model.backbone;

import io.haori.tensor.grad.Weight;

/**
 * A linear layer of the base that an adapter may sit on.
 *
 * @param name module name without the model's prefix, for example {@code
 *     encoder.layer.0.attention.self.query}
 * @param weight frozen matrix {@code [out, in]}
 * @param bias {@code [out]}
 */
public record Slot(String name, Weight weight, Weight bias) {
  /** Width of the input. */
  public int inputs() {
    return Math.toIntExact(weight.frozen().size(1));
  }

  /** Width of the output. */
  public int outputs() {
    return Math.toIntExact(weight.frozen().size(0));
  }
}
