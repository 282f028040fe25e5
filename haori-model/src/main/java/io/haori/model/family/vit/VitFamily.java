package io.haori.model.family.vit;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.family.ModelFamily;
import java.util.List;

/**
 * ViT (Dosovitskiy et al. 2020, arXiv 2010.11929): patches of a picture as tokens, led by a learnt
 * one for the class.
 */
public final class VitFamily implements ModelFamily {
  static final String TYPE = "vit";

  @Override
  public List<String> modelTypes() {
    return List.of(TYPE);
  }

  @Override
  public ModelConfig read(String modelType, ConfigJson json) {
    return VitConfig.read(modelType, json, 1);
  }

  @Override
  public List<String> prefixes() {
    return List.of("", "vit.");
  }

  @Override
  public String tensorOfAll() {
    return VitParts.CLASS_TOKEN;
  }

  @Override
  public Backbone build(ModelConfig config, WeightLoader loader) {
    return VitParts.build((VitConfig) config, loader, List.of(VitParts.CLASS_TOKEN));
  }
}
