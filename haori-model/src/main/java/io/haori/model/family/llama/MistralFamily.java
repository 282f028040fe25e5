package io.haori.model.family.llama;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.family.ModelFamily;
import java.util.List;

/**
 * Mistral (Jiang et al. 2023, arXiv 2310.06825): a Llama whose tokens see a window of those before
 * them.
 */
public final class MistralFamily implements ModelFamily {
  static final String TYPE = "mistral";

  private static final int USUAL_WINDOW = 4096;

  @Override
  public List<String> modelTypes() {
    return List.of(TYPE);
  }

  @Override
  public ModelConfig read(String modelType, ConfigJson json) {
    // Null is what later versions say who see the whole text; a file without the key is an old one.
    int window =
        json.isNull("sliding_window")
            ? LlamaConfig.WHOLE
            : json.number("sliding_window", USUAL_WINDOW);
    return LlamaConfig.read(
        modelType,
        json,
        new LlamaConfig.Unsaid(8, null, 131_072),
        LlamaConfig.everyLayer(json, window),
        new LlamaConfig.Biases(false, false, false),
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
