package io.haori.model.backbone;

import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Which adapter sits on which slot during one pass. An immutable snapshot: a pass that has begun
 * sees one state from its first layer to its last.
 */
@FunctionalInterface
public interface Adaptation {
  /** No adapter anywhere: the frozen base. */
  Adaptation NONE = slot -> null;

  /** The adapter of a slot, null for none. */
  @Nullable SlotAdapter at(Slot slot);

  /**
   * What it is for one batch. An adaptation whose adapters depend on whole texts reads them here,
   * before the first layer.
   *
   * @param backbone the base
   * @param batch the texts
   * @param places I64 {@code [m]} tokens that are wanted of the last layer; null for all
   * @param dtype type of the pass
   * @return itself where it is the same for every batch; else something that is so from here on,
   *     with tensors in the current scope
   */
  default Adaptation forPass(
      Backbone backbone, TextBatch batch, @Nullable Tensor places, DType dtype) {
    return this;
  }
}
