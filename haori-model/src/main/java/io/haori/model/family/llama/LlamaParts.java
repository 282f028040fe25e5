package io.haori.model.family.llama;

import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.CausalLanguageHead;
import io.haori.model.backbone.FeedForward;
import io.haori.model.backbone.HeadNorms;
import io.haori.model.backbone.SelfAttention;
import io.haori.model.backbone.WeightLoader;
import io.haori.model.backbone.part.PreNormLayer;
import io.haori.model.backbone.part.RootMeanSquareNorm;
import io.haori.model.backbone.part.TokenEmbeddings;
import io.haori.tensor.grad.Sequences;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of a Llama and its kin, under the names of their tensors. */
final class LlamaParts {
  /** A tensor that every base of these families has. */
  static final String WORD = "embed_tokens.weight";

  /** What their files may put before the names of the base. */
  static final List<String> PREFIXES = List.of("", "model.");

  private LlamaParts() {}

  static Backbone backbone(LlamaConfig config, WeightLoader loader) {
    TokenEmbeddings embeddings =
        new TokenEmbeddings(
            loader.table(WORD, config.vocabularySize(), config.hiddenSize()), null, 0, null, null);
    List<PreNormLayer> layers = new ArrayList<>();
    for (int index = 0; index < config.layers(); index++) {
      layers.add(layer(config, loader, index));
    }
    return Backbone.decoder(
        config,
        embeddings,
        layers,
        norm(config, loader, "norm"),
        CausalLanguageHead.loadIfPresent(
            loader, "lm_head.weight", embeddings.word(), config.tied()));
  }

  private static PreNormLayer layer(LlamaConfig config, WeightLoader loader, int index) {
    String layer = "layers." + index + ".";
    String attention = layer + "self_attn.";
    String feedForward = layer + "mlp.";
    LlamaConfig.Biases biases = config.biases();
    int window = config.windows().get(index);
    return new PreNormLayer(
        norm(config, loader, layer + "input_layernorm"),
        new SelfAttention(
            loader.products(
                biases.queryKeyValue(),
                index,
                attention + "q_proj",
                attention + "k_proj",
                attention + "v_proj"),
            loader.products(biases.output(), index, attention + "o_proj"),
            config.heads(),
            config.sharedHeads(),
            window == LlamaConfig.WHOLE ? Sequences.Reach.BACK : new Sequences.Reach(window - 1, 0),
            config.rotary().positions(config.headSize()),
            headNorms(config, loader, attention)),
        norm(config, loader, layer + "post_attention_layernorm"),
        new FeedForward(
            loader.products(
                biases.feedForward(), index, feedForward + "gate_proj", feedForward + "up_proj"),
            FeedForward.Activation.GATED_SILU,
            loader.products(biases.feedForward(), index, feedForward + "down_proj")));
  }

  private static @Nullable HeadNorms headNorms(
      LlamaConfig config, WeightLoader loader, String attention) {
    return config.headNorms()
        ? new HeadNorms(
            loader.one(attention + "q_norm.weight", config.headSize()),
            loader.one(attention + "k_norm.weight", config.headSize()),
            config.normEpsilon())
        : null;
  }

  private static RootMeanSquareNorm norm(LlamaConfig config, WeightLoader loader, String name) {
    return RootMeanSquareNorm.load(loader, name, config.hiddenSize(), config.normEpsilon());
  }
}
