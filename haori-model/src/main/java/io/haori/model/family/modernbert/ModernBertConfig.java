package io.haori.model.family.modernbert;

import static io.haori.core.check.Check.require;
import static io.haori.model.config.ConfigJson.requireCount;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.TransformersNames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shape of a ModernBERT encoder, under the names of its {@code config.json} in full words.
 *
 * @param hiddenSize width of the states between layers; a multiple of {@code heads}
 * @param heads attention heads of a layer; at least 1
 * @param intermediateSize width inside the feed-forward part; at least 1
 * @param vocabularySize rows of the word table; at least 1
 * @param maxTokens longest text that the base was trained for
 * @param globalLayers for each layer whether its tokens see the whole text
 * @param window tokens that the others see, half of them on either side ({@code local_attention})
 * @param globalTheta base of the rotary angles in global layers
 * @param localTheta base of the rotary angles in local layers
 * @param normEpsilon added to variances; in (0, 1)
 * @param normBias whether normalisations have a bias
 * @param attentionBias whether attention's linear layers have biases
 * @param feedForwardBias whether the feed-forward's linear layers have biases ({@code mlp_bias})
 * @param headBias whether the linear layer of the base's own head has a bias ({@code
 *     classifier_bias})
 * @param decoderBias whether the masked-LM head's decoder has a bias
 * @param pooling {@code cls} or {@code mean}: what the base's own classification head reads
 * @param padTokenId id of the padding token; below {@code vocabularySize}
 * @param problemType what the base's own head was trained for; null when the file does not say
 * @param labels names of the classes; empty when the file does not say
 */
public record ModernBertConfig(
    int hiddenSize,
    int heads,
    int intermediateSize,
    int vocabularySize,
    int maxTokens,
    List<Boolean> globalLayers,
    int window,
    double globalTheta,
    double localTheta,
    double normEpsilon,
    boolean normBias,
    boolean attentionBias,
    boolean feedForwardBias,
    boolean headBias,
    boolean decoderBias,
    String pooling,
    int padTokenId,
    @Nullable String problemType,
    List<String> labels)
    implements ModelConfig {
  /** The family's only model type. */
  static final String TYPE = "modernbert";

  private static final String ACTIVATION = "gelu";
  private static final String GLOBAL = "full_attention";
  private static final String LOCAL = "sliding_attention";

  /** Checks every bound, naming the key of {@code config.json} that breaks one. */
  public ModernBertConfig {
    globalLayers = List.copyOf(globalLayers);
    labels = List.copyOf(labels);
    requireCount("hidden_size", hiddenSize);
    requireCount("num_hidden_layers", globalLayers.size());
    requireCount("num_attention_heads", heads);
    requireCount("intermediate_size", intermediateSize);
    requireCount("vocab_size", vocabularySize);
    requireCount("max_position_embeddings", maxTokens);
    requireCount("local_attention", window);
    require(
        hiddenSize % (2 * heads) == 0,
        "hidden_size",
        "a multiple of twice num_attention_heads " + heads,
        hiddenSize);
    requireTheta("global_rope_theta", globalTheta);
    requireTheta("local_rope_theta", localTheta);
    require(normEpsilon > 0 && normEpsilon < 1, "norm_eps", "above 0 and below 1", normEpsilon);
    require(
        pooling.equals("cls") || pooling.equals("mean"),
        "classifier_pooling",
        "cls or mean",
        pooling);
    require(
        padTokenId >= 0 && padTokenId < vocabularySize,
        "pad_token_id",
        "at least 0 and below vocab_size " + vocabularySize,
        padTokenId);
    ConfigJson.requireProblemType(problemType);
  }

  private static void requireTheta(String key, double theta) {
    require(theta > 1 && theta <= 1e12, key, "above 1 and at most 1e12", theta);
  }

  static ModernBertConfig read(ConfigJson json) {
    requireGelu(json, "hidden_activation");
    requireGelu(json, "classifier_activation");
    int layers = json.number("num_hidden_layers", null);
    requireCount("num_hidden_layers", layers);
    double globalTheta = json.real("global_rope_theta", 160_000);
    // Newer files say "null" for local_rope_theta where both are one; older ones name both.
    double localTheta = json.real("local_rope_theta", 10_000);
    ConfigJson angles = json.object("rope_parameters");
    if (angles != null) {
      globalTheta = theta(angles, GLOBAL, globalTheta);
      localTheta = theta(angles, LOCAL, localTheta);
    }
    return new ModernBertConfig(
        json.number("hidden_size", null),
        json.number("num_attention_heads", null),
        json.number("intermediate_size", null),
        json.number("vocab_size", null),
        json.number("max_position_embeddings", 8192),
        globalLayers(json, layers),
        json.number("local_attention", 128),
        globalTheta,
        localTheta,
        json.real("norm_eps", 1e-5),
        json.flag("norm_bias", false),
        json.flag("attention_bias", false),
        json.flag("mlp_bias", false),
        json.flag("classifier_bias", false),
        json.flag("decoder_bias", true),
        json.text("classifier_pooling", "cls"),
        json.number("pad_token_id", 50283),
        json.textOrNull("problem_type"),
        json.labels());
  }

  private static void requireGelu(ConfigJson json, String key) {
    String activation = json.text(key, ACTIVATION);
    require(activation.equals(ACTIVATION), key, ACTIVATION, activation);
  }

  private static double theta(ConfigJson angles, String kind, double otherwise) {
    ConfigJson own = angles.object(kind);
    if (own == null) {
      return otherwise;
    }
    String type = own.text("rope_type", "default");
    require(type.equals("default"), "rope_parameters." + kind + ".rope_type", "default", type);
    return own.real("rope_theta", otherwise);
  }

  /** By {@code layer_types}, else every n-th layer from the first on. */
  private static List<Boolean> globalLayers(ConfigJson json, int layers) {
    List<Boolean> global = new ArrayList<>();
    List<String> types = json.texts("layer_types");
    if (types != null) {
      require(types.size() == layers, "layer_types", "one type a layer, " + layers, types.size());
      for (String type : types) {
        boolean known = type.equals(GLOBAL) || type.equals(LOCAL);
        require(known, "layer_types", GLOBAL + " or " + LOCAL, type);
        global.add(type.equals(GLOBAL));
      }
      return global;
    }
    int every = json.number("global_attn_every_n_layers", 3);
    requireCount("global_attn_every_n_layers", every);
    for (int index = 0; index < layers; index++) {
      global.add(index % every == 0);
    }
    return global;
  }

  @Override
  public String modelType() {
    return TYPE;
  }

  @Override
  public int layers() {
    return globalLayers.size();
  }

  @Override
  public TransformersNames transformers() {
    return new TransformersNames("ModernBert", "model.", TransformersNames.Classifier.OTHER);
  }

  @Override
  public void write(ObjectNode json) {
    json.put("hidden_size", hiddenSize);
    json.put("num_hidden_layers", layers());
    json.put("num_attention_heads", heads);
    json.put("intermediate_size", intermediateSize);
    json.put("vocab_size", vocabularySize);
    json.put("max_position_embeddings", maxTokens);
    ArrayNode types = json.putArray("layer_types");
    globalLayers.forEach(global -> types.add(global ? GLOBAL : LOCAL));
    json.put("local_attention", window);
    ObjectNode angles = json.putObject("rope_parameters");
    angles.putObject(GLOBAL).put("rope_type", "default").put("rope_theta", globalTheta);
    angles.putObject(LOCAL).put("rope_type", "default").put("rope_theta", localTheta);
    // Programs of before layer_types and rope_parameters read these.
    json.put("global_rope_theta", globalTheta);
    json.put("local_rope_theta", localTheta);
    json.put("global_attn_every_n_layers", globalEvery());
    json.put("norm_eps", normEpsilon);
    json.put("norm_bias", normBias);
    json.put("attention_bias", attentionBias);
    json.put("mlp_bias", feedForwardBias);
    json.put("classifier_bias", headBias);
    json.put("decoder_bias", decoderBias);
    json.put("classifier_pooling", pooling);
    json.put("hidden_activation", ACTIVATION);
    json.put("classifier_activation", ACTIVATION);
    json.put("pad_token_id", padTokenId);
  }

  private int globalEvery() {
    int second = globalLayers.subList(1, layers()).indexOf(true);
    return second < 0 ? layers() : second + 1;
  }
}
