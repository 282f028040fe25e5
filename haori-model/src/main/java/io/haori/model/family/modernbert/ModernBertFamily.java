package io.haori.model.family.modernbert;

import io.haori.model.backbone.AdaptedProducts;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.FeedForward;
import io.haori.model.backbone.MaskedLanguageHead;
import io.haori.model.backbone.MeanNorm;
import io.haori.model.backbone.Norm;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.RotaryPositions;
import io.haori.model.backbone.SelfAttention;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.backbone.part.PreNormLayer;
import io.haori.model.backbone.part.TokenEmbeddings;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.family.ModelFamily;
import io.haori.tensor.grad.Sequences;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ModernBERT (Warner et al. 2024, arXiv 2412.13663): normalisation before each part, rotary
 * positions, gated feed-forward, and attention that is local in most layers.
 */
public final class ModernBertFamily implements ModelFamily {
  private static final String WORD = "embeddings.tok_embeddings.weight";

  @Override
  public List<String> modelTypes() {
    return List.of(ModernBertConfig.TYPE);
  }

  @Override
  public ModelConfig read(String modelType, ConfigJson json) {
    return ModernBertConfig.read(json);
  }

  @Override
  public List<String> prefixes() {
    return List.of("", "model.");
  }

  @Override
  public String tensorOfAll() {
    return WORD;
  }

  @Override
  public Backbone build(ModelConfig config, WeightLoader loader) {
    ModernBertConfig shape = (ModernBertConfig) config;
    TokenEmbeddings embeddings =
        new TokenEmbeddings(
            loader.table(WORD, shape.vocabularySize(), shape.hiddenSize()),
            null,
            0,
            null,
            norm(shape, loader, "embeddings.norm"));
    List<PreNormLayer> layers = new ArrayList<>();
    for (int index = 0; index < shape.layers(); index++) {
      layers.add(layer(shape, loader, index));
    }
    return new Backbone(
        shape,
        embeddings,
        layers,
        norm(shape, loader, "final_norm"),
        null,
        languageHead(shape, loader, embeddings.word()),
        shape.pooling().equals("cls") ? Pooling.CLS : Pooling.MEAN);
  }

  private static PreNormLayer layer(ModernBertConfig config, WeightLoader loader, int index) {
    String layer = "layers." + index + ".";
    boolean global = config.globalLayers().get(index);
    int half = config.window() / 2;
    return new PreNormLayer(
        // The embeddings end normalised, so the first layer reads them as they are.
        index == 0 ? null : norm(config, loader, layer + "attn_norm"),
        new SelfAttention(
            products(loader, config.attentionBias(), index, layer + "attn.Wqkv"),
            products(loader, config.attentionBias(), index, layer + "attn.Wo"),
            config.heads(),
            config.heads(),
            global ? Sequences.Reach.ALL : new Sequences.Reach(half, half),
            new RotaryPositions(
                global ? config.globalTheta() : config.localTheta(),
                config.hiddenSize() / config.heads())),
        norm(config, loader, layer + "mlp_norm"),
        new FeedForward(
            products(loader, config.feedForwardBias(), index, layer + "mlp.Wi"),
            FeedForward.Activation.GATED_GELU,
            products(loader, config.feedForwardBias(), index, layer + "mlp.Wo")));
  }

  private static @Nullable MaskedLanguageHead languageHead(
      ModernBertConfig config, WeightLoader loader, Weight word) {
    // A classifier's file has head.dense, too: the decoder's bias distinguishes them, or, without
    // one, that there is no classifier.
    boolean present =
        loader.containsPlain("head.dense.weight")
            && (config.decoderBias()
                ? loader.containsPlain("decoder.bias")
                : !loader.containsPlain("classifier.weight"));
    if (!present) {
      return null;
    }
    int width = config.hiddenSize();
    return MaskedLanguageHead.of(
        loader.plain("head.dense.weight", width, width),
        config.headBias() ? loader.plain("head.dense.bias", width) : null,
        new MeanNorm(
            loader.plain("head.norm.weight", width),
            config.normBias() ? loader.plain("head.norm.bias", width) : null,
            config.normEpsilon()),
        word,
        config.decoderBias() ? loader.plain("decoder.bias", config.vocabularySize()) : null);
  }

  private static AdaptedProducts products(
      WeightLoader loader, boolean bias, int layer, String name) {
    return bias ? loader.products(layer, name) : loader.productsWithoutBias(layer, name);
  }

  private static Norm norm(ModernBertConfig config, WeightLoader loader, String name) {
    return MeanNorm.load(
        loader, name, config.hiddenSize(), config.normBias(), config.normEpsilon());
  }
}
