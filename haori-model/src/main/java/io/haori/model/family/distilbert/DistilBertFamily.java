package io.haori.model.family.distilbert;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.FeedForward;
import io.haori.model.backbone.MaskedLanguageHead;
import io.haori.model.backbone.MeanNorm;
import io.haori.model.backbone.Norm;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.SelfAttention;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.backbone.part.PostNormLayer;
import io.haori.model.backbone.part.TokenEmbeddings;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.family.ModelFamily;
import io.haori.tensor.grad.Sequences;
import java.util.ArrayList;
import java.util.List;

/**
 * DistilBERT (Sanh et al. 2019, arXiv 1910.01108): BERT's layers under names of its own, without
 * segments and without a pooler.
 */
public final class DistilBertFamily implements ModelFamily {
  private static final String WORD = "embeddings.word_embeddings.weight";
  private static final MaskedLanguageHead.Names LANGUAGE_HEAD =
      new MaskedLanguageHead.Names("vocab_transform", "vocab_layer_norm", "vocab_projector.bias");

  @Override
  public List<String> modelTypes() {
    return List.of(DistilBertConfig.TYPE);
  }

  @Override
  public ModelConfig read(String modelType, ConfigJson json) {
    return DistilBertConfig.read(json);
  }

  @Override
  public List<String> prefixes() {
    return List.of("", "distilbert.");
  }

  @Override
  public String tensorOfAll() {
    return WORD;
  }

  @Override
  public Backbone build(ModelConfig config, WeightLoader loader) {
    DistilBertConfig shape = (DistilBertConfig) config;
    int width = shape.hiddenSize();
    TokenEmbeddings embeddings =
        new TokenEmbeddings(
            loader.table(WORD, shape.vocabularySize(), width),
            loader.one("embeddings.position_embeddings.weight", shape.maxPositions(), width),
            0,
            null,
            norm(shape, loader, "embeddings.LayerNorm"));
    List<PostNormLayer> layers = new ArrayList<>();
    for (int index = 0; index < shape.layers(); index++) {
      layers.add(layer(shape, loader, index));
    }
    return new Backbone(
        shape,
        embeddings,
        layers,
        null,
        null,
        MaskedLanguageHead.loadIfPresent(
            loader, LANGUAGE_HEAD, embeddings.word(), DistilBertConfig.EPSILON),
        Pooling.MEAN);
  }

  private static PostNormLayer layer(DistilBertConfig config, WeightLoader loader, int index) {
    String layer = "transformer.layer." + index + ".";
    String self = layer + "attention.";
    return new PostNormLayer(
        new SelfAttention(
            loader.products(index, self + "q_lin", self + "k_lin", self + "v_lin"),
            loader.products(index, self + "out_lin"),
            config.heads(),
            config.heads(),
            Sequences.Reach.ALL,
            null),
        norm(config, loader, layer + "sa_layer_norm"),
        new FeedForward(
            loader.products(index, layer + "ffn.lin1"),
            FeedForward.Activation.GELU,
            loader.products(index, layer + "ffn.lin2")),
        norm(config, loader, layer + "output_layer_norm"));
  }

  private static Norm norm(DistilBertConfig config, WeightLoader loader, String name) {
    return MeanNorm.load(loader, name, config.hiddenSize(), true, DistilBertConfig.EPSILON);
  }
}
