package io.haori.model.backbone;

import io.haori.core.weights.DType;
import io.haori.tensor.grad.Rotary;
import io.haori.tensor.grad.Sequences;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the layers of one pass share: who sees whom, and how far tokens are rotated. Made once a
 * pass in the scope of its caller, as layers may be computed again long after.
 */
public final class PassLayout {
  private final Map<Sequences.Reach, Sequences.Pass> passes = new HashMap<>();
  private final Map<RotaryPositions, Rotary.Rotation> rotations = new HashMap<>();

  private final TextBatch batch;
  private final @Nullable KeyValueCache cache;

  PassLayout(TextBatch batch, DType dtype, List<Layer> layers, @Nullable KeyValueCache cache) {
    this.batch = batch;
    this.cache = cache;
    Sequences.Pass all = batch.sequences().in(dtype);
    for (Layer layer : layers) {
      SelfAttention attention = layer.attention();
      passes.computeIfAbsent(attention.reach(), reach -> all.within(reach, dtype));
      RotaryPositions rotary = attention.rotary();
      if (rotary != null) {
        rotations.computeIfAbsent(rotary, positions -> positions.of(batch, dtype));
      }
    }
  }

  /** The texts. */
  TextBatch batch() {
    return batch;
  }

  /** What keeps keys and values for further tokens; null in most passes. */
  @Nullable KeyValueCache cache() {
    return cache;
  }

  Sequences.Pass sequences(Sequences.Reach reach) {
    Sequences.Pass pass = passes.get(reach);
    if (pass == null) {
      throw new IllegalStateException("no layout for " + reach);
    }
    return pass;
  }

  Rotary.Rotation rotation(RotaryPositions positions) {
    Rotary.Rotation rotation = rotations.get(positions);
    if (rotation == null) {
      throw new IllegalStateException("no rotation for " + positions);
    }
    return rotation;
  }
}
