package io.haori.model.family.vit;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.family.ModelFamily;
import java.util.List;

/**
 * DeiT (Touvron et al. 2020, arXiv 2012.12877): ViT with a second learnt token, which was trained
 * to say what a teacher says. Heads read the first.
 */
public final class DeitFamily implements ModelFamily {
  static final String TYPE = "deit";

  @Override
  public List<String> modelTypes() {
    return List.of(TYPE);
  }

  @Override
  public ModelConfig read(String modelType, ConfigJson json) {
    return VitConfig.read(modelType, json, 2);
  }

  @Override
  public List<String> prefixes() {
    return List.of("", "deit.");
  }

  @Override
  public String tensorOfAll() {
    return VitParts.CLASS_TOKEN;
  }

  @Override
  public Backbone build(ModelConfig config, WeightLoader loader) {
    return VitParts.build(
        (VitConfig) config, loader, List.of(VitParts.CLASS_TOKEN, "embeddings.distillation_token"));
  }
}
