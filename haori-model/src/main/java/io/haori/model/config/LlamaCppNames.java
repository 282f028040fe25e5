package io.haori.model.config;

import java.util.Map;

/**
 * How llama.cpp names a family and lays its layers out.
 *
 * @param architecture value of {@code general.architecture}, for example {@code llama}
 * @param layers llama.cpp's name of each linear layer, for example {@code attn_q}, by the name
 *     within a layer here, for example {@code self_attn.q_proj}
 * @param interleavedHeads heads of the layers, by llama.cpp's name, whose outputs it stores in
 *     another order: the two halves of a head, which rotary positions turn together, alternate
 */
public record LlamaCppNames(
    String architecture, Map<String, String> layers, Map<String, Integer> interleavedHeads) {
  /** Copies the maps. */
  public LlamaCppNames {
    layers = Map.copyOf(layers);
    interleavedHeads = Map.copyOf(interleavedHeads);
  }
}
