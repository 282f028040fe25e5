package io.haori.model.config;

import static io.haori.core.check.Check.require;
import static io.haori.model.config.ConfigJson.requireCount;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Sizes that encoders of texts and of pictures have under the same keys.
 *
 * @param hiddenSize width of the states between layers; a multiple of {@code heads}
 * @param layers number of layers; at least 1
 * @param heads attention heads of a layer; at least 1
 * @param layerNormEpsilon added to the variance; in (0, 1)
 */
public record EncoderSizes(int hiddenSize, int layers, int heads, double layerNormEpsilon) {
  /** Checks every bound, naming the key of {@code config.json} that breaks one. */
  public EncoderSizes {
    requireCount("hidden_size", hiddenSize);
    requireCount("num_hidden_layers", layers);
    requireCount("num_attention_heads", heads);
    require(
        hiddenSize % heads == 0,
        "hidden_size",
        "a multiple of num_attention_heads " + heads,
        hiddenSize);
    require(
        layerNormEpsilon > 0 && layerNormEpsilon < 1,
        "layer_norm_eps",
        "above 0 and below 1",
        layerNormEpsilon);
  }

  /**
   * Reads the keys.
   *
   * @param json an open {@code config.json}
   * @param usualEpsilon of the family, where the file does not say it
   */
  public static EncoderSizes read(ConfigJson json, double usualEpsilon) {
    return new EncoderSizes(
        json.number("hidden_size", null),
        json.number("num_hidden_layers", null),
        json.number("num_attention_heads", null),
        json.real("layer_norm_eps", usualEpsilon));
  }

  /** Width of one attention head. */
  public int headSize() {
    return hiddenSize / heads;
  }

  /** Writes the keys. */
  public void write(ObjectNode json) {
    json.put("hidden_size", hiddenSize);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("layer_norm_eps", layerNormEpsilon);
  }
}
