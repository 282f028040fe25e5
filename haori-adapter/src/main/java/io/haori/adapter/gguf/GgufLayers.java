package io.haori.adapter.gguf;

import io.haori.core.check.UserError;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Slot;
import io.haori.model.config.LlamaCppNames;
import io.haori.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a base by llama.cpp's names, such as {@code blk.0.attn_q.weight}.
 *
 * @param names of the family
 * @param slots by name there
 */
record GgufLayers(LlamaCppNames names, Map<String, Slot> slots) {
  /**
   * The layers of a base.
   *
   * @throws UserError when llama.cpp's names of its family are not known
   */
  static GgufLayers of(Backbone backbone) {
    LlamaCppNames names = backbone.config().llamaCpp();
    if (names == null) {
      throw new UserError(
          "base of a GGUF adapter must be a decoder of the families llama, mistral, qwen2, qwen3"
              + " and gpt2, got "
              + backbone.config().modelType());
    }
    Map<String, Slot> slots = new LinkedHashMap<>();
    for (Slot slot : backbone.slots()) {
      String layer = names.layers().get(slot.nameInLayer());
      if (layer != null) {
        slots.put("blk." + slot.layer() + "." + layer + ".weight", slot);
      }
    }
    return new GgufLayers(names, slots);
  }

  /**
   * Rows of B in llama.cpp's order: row {@code 2j + half} of a head is row {@code half · d/2 + j}
   * here, where d is the head's width.
   *
   * @param name of the layer there
   * @param up {@code [out, r]}
   * @return {@code [out, r]}
   */
  Tensor toGguf(String name, Tensor up) {
    Integer heads = headsOf(name);
    return heads == null ? up : reordered(up, heads, 2, up.size(0) / heads / 2);
  }

  /** The inverse of {@link #toGguf}. */
  Tensor fromGguf(String name, Tensor up) {
    Integer heads = headsOf(name);
    return heads == null ? up : reordered(up, heads, up.size(0) / heads / 2, 2);
  }

  private @Nullable Integer headsOf(String name) {
    String[] parts = name.split("\\.", -1);
    return names.interleavedHeads().get(parts[2]);
  }

  private static Tensor reordered(Tensor up, long heads, long outer, long inner) {
    long rank = up.size(1);
    return up.contiguous()
        .view(heads, outer, inner, rank)
        .transpose(1, 2)
        .contiguous()
        .view(up.size(0), rank);
  }
}
