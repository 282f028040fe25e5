package io.haori.model.family.vit;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.FeedForward;
import io.haori.model.backbone.MeanNorm;
import io.haori.model.backbone.Norm;
import io.haori.model.backbone.Pooler;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.SelfAttention;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.backbone.part.PreNormLayer;
import io.haori.model.backbone.picture.GridResampling;
import io.haori.model.backbone.picture.PatchEmbeddings;
import io.haori.model.config.PictureShape;
import io.haori.tensor.grad.PictureTokens;
import io.haori.tensor.grad.Sequences;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.List;

/** Parts that ViT and DeiT have under the same names. */
final class VitParts {
  static final String CLASS_TOKEN = "embeddings.cls_token";

  private VitParts() {}

  /**
   * Puts a base together.
   *
   * @param tokens names of the learnt tokens before the patches, in their order
   */
  static Backbone build(VitConfig config, WeightLoader loader, List<String> tokens) {
    List<PreNormLayer> layers = new ArrayList<>();
    for (int index = 0; index < config.layers(); index++) {
      layers.add(layer(config, loader, index));
    }
    Pooler pooler = Pooler.loadIfPresent(loader, "pooler.dense");
    return new Backbone(
        config,
        embeddings(config, loader, tokens),
        layers,
        norm(config, loader, "layernorm"),
        pooler,
        null,
        Pooling.CLS);
  }

  private static PatchEmbeddings embeddings(
      VitConfig config, WeightLoader loader, List<String> tokens) {
    int width = config.hiddenSize();
    PictureShape shape = config.pictures();
    int side = shape.patchSize();
    String projection = "embeddings.patch_embeddings.projection";
    List<Weight> leading = tokens.stream().map(name -> loader.one(name, 1, 1, width)).toList();
    return new PatchEmbeddings(
        loader.one(projection + ".weight", width, PictureShape.CHANNELS, side, side),
        loader.one(projection + ".bias", width),
        new PictureTokens(
            leading,
            null,
            loader.one(
                "embeddings.position_embeddings", 1, leading.size() + shape.patches(), width)),
        shape.side(),
        GridResampling.BICUBIC);
  }

  private static PreNormLayer layer(VitConfig config, WeightLoader loader, int index) {
    String layer = "encoder.layer." + index + ".";
    String self = layer + "attention.attention.";
    return new PreNormLayer(
        norm(config, loader, layer + "layernorm_before"),
        new SelfAttention(
            loader.products(
                config.queryKeyValueBias(), index, self + "query", self + "key", self + "value"),
            loader.products(index, layer + "attention.output.dense"),
            config.sizes().heads(),
            config.sizes().heads(),
            Sequences.Reach.ALL,
            null),
        norm(config, loader, layer + "layernorm_after"),
        new FeedForward(
            loader.products(index, layer + "intermediate.dense"),
            FeedForward.Activation.GELU,
            loader.products(index, layer + "output.dense")));
  }

  private static Norm norm(VitConfig config, WeightLoader loader, String name) {
    return MeanNorm.load(
        loader, name, config.hiddenSize(), true, config.sizes().layerNormEpsilon());
  }
}
