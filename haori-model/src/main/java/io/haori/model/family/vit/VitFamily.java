package io.haori.model.family.vit;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.family.ModelFamily;
import java.util.List;

/** ViT, or DeiT, which differs in the learnt tokens before the patches. */
public final class VitFamily implements ModelFamily {
  static final String VIT = "vit";
  static final String DEIT = "deit";

  private final String type;
  private final List<String> tokens;

  private VitFamily(String type, String... tokens) {
    this.type = type;
    this.tokens = List.of(tokens);
  }

  /**
   * ViT (Dosovitskiy et al. 2020, arXiv 2010.11929): patches of a picture as tokens, led by a
   * learnt one for the class.
   */
  public static VitFamily vit() {
    return new VitFamily(VIT, VitParts.CLASS_TOKEN);
  }

  /**
   * DeiT (Touvron et al. 2020, arXiv 2012.12877): ViT with a second learnt token, which was trained
   * to say what a teacher says. Heads read the first.
   */
  public static VitFamily deit() {
    return new VitFamily(DEIT, VitParts.CLASS_TOKEN, "embeddings.distillation_token");
  }

  @Override
  public List<String> modelTypes() {
    return List.of(type);
  }

  @Override
  public ModelConfig read(String modelType, ConfigJson json) {
    return VitConfig.read(modelType, json, tokens.size());
  }

  @Override
  public List<String> prefixes() {
    return List.of("", type + ".");
  }

  @Override
  public String tensorOfAll() {
    return VitParts.CLASS_TOKEN;
  }

  @Override
  public Backbone build(ModelConfig config, WeightLoader loader) {
    return VitParts.build((VitConfig) config, loader, tokens);
  }
}
