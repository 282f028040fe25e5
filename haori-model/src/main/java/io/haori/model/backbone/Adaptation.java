package io.haori.model.backbone;

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
}
