package io.haori.model.family.bert;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.FeedForward;
import io.haori.model.backbone.MaskedLanguageHead;
import io.haori.model.backbone.MeanNorm;
import io.haori.model.backbone.Norm;
import io.haori.model.backbone.Pooler;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.SelfAttention;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.backbone.part.PostNormLayer;
import io.haori.model.backbone.part.TokenEmbeddings;
import io.haori.tensor.grad.Sequences;
import java.util.ArrayList;
import java.util.List;

/** The parts that BERT and RoBERTa have in common, under the names of their tensors. */
final class BertParts {
  /** A tensor that every base of these families has. */
  static final String PROBE = "embeddings.word_embeddings.weight";

  private BertParts() {}

  static Backbone backbone(
      BertConfig config, WeightLoader loader, MaskedLanguageHead.Names languageHead) {
    TokenEmbeddings embeddings = embeddings(config, loader);
    List<PostNormLayer> layers = new ArrayList<>();
    for (int index = 0; index < config.layers(); index++) {
      layers.add(layer(config, loader, index));
    }
    Pooler pooler = Pooler.loadIfPresent(loader, "pooler.dense");
    return new Backbone(
        config,
        embeddings,
        layers,
        null,
        pooler,
        MaskedLanguageHead.loadIfPresent(
            loader, languageHead, embeddings.word(), config.sizes().layerNormEpsilon()),
        pooler == null ? Pooling.MEAN : Pooling.CLS);
  }

  private static TokenEmbeddings embeddings(BertConfig config, WeightLoader loader) {
    int width = config.hiddenSize();
    return new TokenEmbeddings(
        loader.table(PROBE, config.vocabularySize(), width),
        loader.one("embeddings.position_embeddings.weight", config.maxPositions(), width),
        config.firstPosition(),
        loader.one("embeddings.token_type_embeddings.weight", config.typeVocabularySize(), width),
        norm(config, loader, "embeddings.LayerNorm"));
  }

  private static PostNormLayer layer(BertConfig config, WeightLoader loader, int index) {
    String layer = "encoder.layer." + index + ".";
    String self = layer + "attention.self.";
    return new PostNormLayer(
        new SelfAttention(
            loader.products(index, self + "query", self + "key", self + "value"),
            loader.products(index, layer + "attention.output.dense"),
            config.sizes().heads(),
            config.sizes().heads(),
            Sequences.Reach.ALL,
            null),
        norm(config, loader, layer + "attention.output.LayerNorm"),
        new FeedForward(
            loader.products(index, layer + "intermediate.dense"),
            FeedForward.Activation.GELU,
            loader.products(index, layer + "output.dense")),
        norm(config, loader, layer + "output.LayerNorm"));
  }

  private static Norm norm(BertConfig config, WeightLoader loader, String name) {
    return MeanNorm.load(
        loader, name, config.hiddenSize(), true, config.sizes().layerNormEpsilon());
  }
}
