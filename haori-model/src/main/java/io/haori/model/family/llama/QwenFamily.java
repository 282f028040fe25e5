package io.haori.model.family.llama;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.family.ModelFamily;
import java.util.ArrayList;
import java.util.List;

/**
 * Qwen 2 and 2.5 (Yang et al. 2024, arXiv 2407.10671), a Llama with biases before attention, and
 * Qwen 3 (Yang et al. 2025, arXiv 2505.09388), which normalises queries and keys instead.
 */
public final class QwenFamily implements ModelFamily {
  static final String SECOND = "qwen2";
  static final String THIRD = "qwen3";

  private static final int USUAL_WINDOW = 4096;
  private static final int USUAL_FULL_LAYERS = 28;

  @Override
  public List<String> modelTypes() {
    return List.of(SECOND, THIRD);
  }

  @Override
  public ModelConfig read(String modelType, ConfigJson json) {
    boolean third = modelType.equals(THIRD);
    boolean bias = third && json.flag("attention_bias", false);
    return LlamaConfig.read(
        modelType,
        json,
        new LlamaConfig.Unsaid(32, third ? 128 : null, 32_768),
        windows(json),
        new LlamaConfig.Biases(!third || bias, bias, false),
        third);
  }

  /** By {@code layer_types}, else in the layers from {@code max_window_layers} on. */
  private static List<Integer> windows(ConfigJson json) {
    boolean slides = json.flag("use_sliding_window", false);
    int window = slides ? json.number("sliding_window", USUAL_WINDOW) : LlamaConfig.WHOLE;
    List<Integer> byType = LlamaConfig.byLayerTypes(json, window);
    if (byType != null) {
      return byType;
    }
    int full = json.number("max_window_layers", USUAL_FULL_LAYERS);
    List<Integer> windows = new ArrayList<>(LlamaConfig.everyLayer(json, window));
    for (int layer = 0; layer < Math.min(full, windows.size()); layer++) {
      windows.set(layer, LlamaConfig.WHOLE);
    }
    return windows;
  }

  @Override
  public List<String> prefixes() {
    return LlamaParts.PREFIXES;
  }

  @Override
  public String tensorOfAll() {
    return LlamaParts.WORD;
  }

  @Override
  public Backbone build(ModelConfig config, WeightLoader loader) {
    return LlamaParts.backbone((LlamaConfig) config, loader);
  }
}
