package io.haori.model.family.gpt2;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.CausalLanguageHead;
import io.haori.model.backbone.FeedForward;
import io.haori.model.backbone.MeanNorm;
import io.haori.model.backbone.SelfAttention;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.backbone.part.PreNormLayer;
import io.haori.model.backbone.part.TokenEmbeddings;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.family.ModelFamily;
import io.haori.tensor.grad.Sequences;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-2 (Radford et al. 2019, "Language Models are Unsupervised Multitask Learners"): learnt
 * positions, normalisation before each part, and queries, keys and values from one matrix.
 */
public final class Gpt2Family implements ModelFamily {
  private static final String WORD = "wte.weight";

  @Override
  public List<String> modelTypes() {
    return List.of(Gpt2Config.TYPE);
  }

  @Override
  public ModelConfig read(String modelType, ConfigJson json) {
    return Gpt2Config.read(json);
  }

  @Override
  public List<String> prefixes() {
    return List.of("", "transformer.");
  }

  @Override
  public String tensorOfAll() {
    return WORD;
  }

  @Override
  public Backbone build(ModelConfig config, WeightLoader loader) {
    Gpt2Config shape = (Gpt2Config) config;
    TokenEmbeddings embeddings =
        new TokenEmbeddings(
            loader.table(WORD, shape.vocabularySize(), shape.hiddenSize()),
            loader.one("wpe.weight", shape.maxTokens(), shape.hiddenSize()),
            0,
            null,
            null);
    List<PreNormLayer> layers = new ArrayList<>();
    for (int index = 0; index < shape.layers(); index++) {
      layers.add(layer(shape, loader, index));
    }
    return Backbone.decoder(
        shape,
        embeddings,
        layers,
        norm(shape, loader, "ln_f"),
        CausalLanguageHead.loadIfPresent(
            loader, "lm_head.weight", embeddings.word(), shape.tied()));
  }

  private static PreNormLayer layer(Gpt2Config config, WeightLoader loader, int index) {
    String layer = "h." + index + ".";
    return new PreNormLayer(
        norm(config, loader, layer + "ln_1"),
        new SelfAttention(
            loader.products(index, layer + "attn.c_attn"),
            loader.products(index, layer + "attn.c_proj"),
            config.heads(),
            config.heads(),
            Sequences.Reach.BACK,
            null),
        norm(config, loader, layer + "ln_2"),
        new FeedForward(
            loader.products(index, layer + "mlp.c_fc"),
            config.activation().equals(Gpt2Config.EXACT)
                ? FeedForward.Activation.GELU
                : FeedForward.Activation.TANH_GELU,
            loader.products(index, layer + "mlp.c_proj")));
  }

  private static MeanNorm norm(Gpt2Config config, WeightLoader loader, String name) {
    return MeanNorm.load(loader, name, config.hiddenSize(), true, config.normEpsilon());
  }
}
