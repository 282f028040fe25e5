package io.haori.model.family.dinov2;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.FeedForward;
import io.haori.model.backbone.MeanNorm;
import io.haori.model.backbone.Norm;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.SelfAttention;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.backbone.part.LayerScaleLayer;
import io.haori.model.backbone.picture.GridResampling;
import io.haori.model.backbone.picture.PatchEmbeddings;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.PictureShape;
import io.haori.model.family.ModelFamily;
import io.haori.tensor.grad.PictureTokens;
import io.haori.tensor.grad.Sequences;
import java.util.ArrayList;
import java.util.List;

/**
 * DINOv2 (Oquab et al. 2023, arXiv 2304.07193), also with registers (Darcet et al. 2023, arXiv
 * 2309.16588): ViT whose layers scale what they add, in the largest with a gated feed-forward part.
 */
public final class Dinov2Family implements ModelFamily {
  static final String TYPE = "dinov2";
  static final String WITH_REGISTERS = "dinov2_with_registers";

  private static final String CLASS_TOKEN = "embeddings.cls_token";

  @Override
  public List<String> modelTypes() {
    return List.of(TYPE, WITH_REGISTERS);
  }

  @Override
  public ModelConfig read(String modelType, ConfigJson json) {
    return Dinov2Config.read(modelType, json);
  }

  @Override
  public List<String> prefixes() {
    return List.of("", TYPE + ".", WITH_REGISTERS + ".");
  }

  @Override
  public String tensorOfAll() {
    return CLASS_TOKEN;
  }

  @Override
  public Backbone build(ModelConfig config, WeightLoader loader) {
    Dinov2Config shape = (Dinov2Config) config;
    List<LayerScaleLayer> layers = new ArrayList<>();
    for (int index = 0; index < shape.layers(); index++) {
      layers.add(layer(shape, loader, index));
    }
    return new Backbone(
        shape,
        embeddings(shape, loader),
        layers,
        norm(shape, loader, "layernorm"),
        null,
        null,
        Pooling.FIRST);
  }

  private static PatchEmbeddings embeddings(Dinov2Config config, WeightLoader loader) {
    int width = config.hiddenSize();
    PictureShape pictures = config.pictures();
    int side = pictures.patchSize();
    String projection = "embeddings.patch_embeddings.projection";
    boolean registers = config.registers() > 0;
    return new PatchEmbeddings(
        loader.one(projection + ".weight", width, PictureShape.CHANNELS, side, side),
        loader.one(projection + ".bias", width),
        new PictureTokens(
            List.of(loader.one(CLASS_TOKEN, 1, 1, width)),
            registers
                ? loader.one("embeddings.register_tokens", 1, config.registers(), width)
                : null,
            loader.one("embeddings.position_embeddings", 1, 1L + pictures.patches(), width)),
        pictures.side(),
        registers ? GridResampling.ANTIALIASED_BICUBIC : GridResampling.BICUBIC);
  }

  private static LayerScaleLayer layer(Dinov2Config config, WeightLoader loader, int index) {
    String layer = "encoder.layer." + index + ".";
    String self = layer + "attention.attention.";
    int width = config.hiddenSize();
    return new LayerScaleLayer(
        norm(config, loader, layer + "norm1"),
        new SelfAttention(
            loader.products(
                config.queryKeyValueBias(), index, self + "query", self + "key", self + "value"),
            loader.products(index, layer + "attention.output.dense"),
            config.sizes().heads(),
            config.sizes().heads(),
            Sequences.Reach.ALL,
            null),
        loader.one(layer + "layer_scale1.lambda1", width),
        norm(config, loader, layer + "norm2"),
        feedForward(config, loader, index, layer + "mlp."),
        loader.one(layer + "layer_scale2.lambda1", width));
  }

  private static FeedForward feedForward(
      Dinov2Config config, WeightLoader loader, int index, String name) {
    return config.gated()
        ? new FeedForward(
            loader.products(index, name + "weights_in"),
            FeedForward.Activation.GATED_SILU,
            loader.products(index, name + "weights_out"))
        : new FeedForward(
            loader.products(index, name + "fc1"),
            FeedForward.Activation.GELU,
            loader.products(index, name + "fc2"));
  }

  private static Norm norm(Dinov2Config config, WeightLoader loader, String name) {
    return MeanNorm.load(
        loader, name, config.hiddenSize(), true, config.sizes().layerNormEpsilon());
  }
}
