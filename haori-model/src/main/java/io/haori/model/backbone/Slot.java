package io.haori.model.backbone;

import io.haori.tensor.grad.Weight;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer of the base that an adapter may sit on.
 *
 * @param name module name without the model's prefix, for example {@code
 *     encoder.layer.0.attention.self.query}
 * @param layer index of the backbone's layer that it belongs to, from 0; {@link #NO_LAYER} outside
 *     the layers
 * @param weight frozen matrix {@code [out, in]}
 * @param bias {@code [out]}, null for none
 */
public record Slot(String name, int layer, Weight weight, @Nullable Weight bias) {
  /** The layer of what lies outside the layers, as a pooler does. */
  public static final int NO_LAYER = -1;

  /** The name behind that of its layer; the whole name outside the layers. */
  public String nameInLayer() {
    String number = "." + layer + ".";
    int at = name.indexOf(number);
    return layer == NO_LAYER || at < 0 ? name : name.substring(at + number.length());
  }

  /** The same layer under another name. */
  public Slot named(String newName) {
    return new Slot(newName, layer, weight, bias);
  }

  /** Width of the input. */
  public int inputs() {
    return Math.toIntExact(weight.shape()[1]);
  }

  /** Width of the output. */
  public int outputs() {
    return Math.toIntExact(weight.shape()[0]);
  }
}
