package io.haori.model.family.bert;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.MaskedLanguageHead;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.family.ModelFamily;
import java.util.List;

/** BERT (Devlin et al. 2018, arXiv 1810.04805): positions from 0, two segments. */
public final class BertFamily implements ModelFamily {
  static final String TYPE = "bert";

  private static final List<String> PREFIXES = List.of("", "bert.", "model.");
  private static final MaskedLanguageHead.Names LANGUAGE_HEAD =
      new MaskedLanguageHead.Names(
          "cls.predictions.transform.dense",
          "cls.predictions.transform.LayerNorm",
          "cls.predictions.bias");

  @Override
  public List<String> modelTypes() {
    return List.of(TYPE);
  }

  @Override
  public ModelConfig read(String modelType, ConfigJson json) {
    return BertConfig.read(modelType, json, 2, 0);
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
