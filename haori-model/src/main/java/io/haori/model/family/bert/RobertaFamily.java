package io.haori.model.family.bert;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.MaskedLanguageHead;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.family.ModelFamily;
import java.util.List;

/**
 * RoBERTa (Liu et al. 2019, arXiv 1907.11692) and XLM-RoBERTa (Conneau et al. 2019, arXiv
 * 1911.02116): BERT's parts with positions after the padding token's id and one segment.
 */
public final class RobertaFamily implements ModelFamily {
  static final String XLM = "xlm-roberta";

  private static final List<String> PREFIXES = List.of("", "roberta.", "model.");
  private static final MaskedLanguageHead.Names LANGUAGE_HEAD =
      new MaskedLanguageHead.Names("lm_head.dense", "lm_head.layer_norm", "lm_head.bias");

  @Override
  public List<String> modelTypes() {
    return List.of("roberta", XLM);
  }

  @Override
  public ModelConfig read(String modelType, ConfigJson json) {
    return BertConfig.read(modelType, json, 1, 1);
  }

  @Override
  public List<String> prefixes() {
    return PREFIXES;
  }

  @Override
  public String tensorOfAll() {
    return BertParts.PROBE;
  }

  @Override
  public Backbone build(ModelConfig config, WeightLoader loader) {
    return BertParts.backbone((BertConfig) config, loader, LANGUAGE_HEAD);
  }
}
