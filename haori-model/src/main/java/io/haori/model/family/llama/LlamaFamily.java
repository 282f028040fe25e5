package io.haori.model.family.llama;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.family.ModelFamily;
import java.util.List;

/**
 * Llama 1 to 3.3 (Touvron et al. 2023, arXiv 2302.13971; Grattafiori et al. 2024, arXiv
 * 2407.21783), and what others publish under its model type.
 */
public final class LlamaFamily implements ModelFamily {
  static final String TYPE = "llama";

  @Override
  public List<String> modelTypes() {
    return List.of(TYPE);
  }

  @Override
  public ModelConfig read(String modelType, ConfigJson json) {
    boolean attention = json.flag("attention_bias", false);
    return LlamaConfig.read(
        modelType,
        json,
        new LlamaConfig.Unsaid(null, null, 2048),
        LlamaConfig.everyLayer(json, LlamaConfig.WHOLE),
        new LlamaConfig.Biases(attention, attention, json.flag("mlp_bias", false)),
        false);
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
