package io.haori.model.family.gpt2;

import static io.haori.core.check.Check.require;
import static io.haori.model.config.ConfigJson.requireCount;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.LlamaCppNames;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.TransformersNames;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shape of a GPT-2, under the names of its {@code config.json} in full words.
 *
 * @param hiddenSize width of the states between layers ({@code n_embd}); a multiple of {@code
 *     heads}
 * @param heads attention heads of a layer ({@code n_head}); at least 1
 * @param layers number of layers ({@code n_layer}); at least 1
 * @param intermediateSize width inside the feed-forward part ({@code n_inner}); at least 1
 * @param vocabularySize rows of the word table; at least 1
 * @param maxTokens rows of the position table ({@code n_positions}); at least 1
 * @param activation {@code gelu_new} or {@code gelu_pytorch_tanh}, which are one, or {@code gelu}
 * @param normEpsilon added to variances ({@code layer_norm_epsilon}); in (0, 1)
 * @param tied whether the head is the word table
 * @param endTokens ids that end what is written
 * @param problemType what the base's own head was trained for; null when the file does not say
 * @param labels names of the classes; empty when the file does not say
 */
record Gpt2Config(
    int hiddenSize,
    int heads,
    int layers,
    int intermediateSize,
    int vocabularySize,
    int maxTokens,
    String activation,
    double normEpsilon,
    boolean tied,
    List<Integer> endTokens,
    @Nullable String problemType,
    List<String> labels)
    implements ModelConfig {
  /** The family's only model type. */
  static final String TYPE = "gpt2";

  /** The exact form of the activation; the others are its approximation with tanh. */
  static final String EXACT = "gelu";

  private static final List<String> ACTIVATIONS = List.of("gelu_new", "gelu_pytorch_tanh", EXACT);

  /** Checks every bound, naming the key of {@code config.json} that breaks one. */
  Gpt2Config {
    endTokens = List.copyOf(endTokens);
    labels = List.copyOf(labels);
    requireCount("n_embd", hiddenSize);
    requireCount("n_head", heads);
    requireCount("n_layer", layers);
    requireCount("n_inner", intermediateSize);
    requireCount("vocab_size", vocabularySize);
    requireCount("n_positions", maxTokens);
    require(hiddenSize % heads == 0, "n_embd", "a multiple of n_head " + heads, hiddenSize);
    require(
        ACTIVATIONS.contains(activation),
        "activation_function",
        "one of " + ACTIVATIONS,
        activation);
    require(
        normEpsilon > 0 && normEpsilon < 1,
        "layer_norm_epsilon",
        "above 0 and below 1",
        normEpsilon);
    ConfigJson.requireProblemType(problemType);
  }

  static Gpt2Config read(ConfigJson json) {
    boolean scaled = json.flag("scale_attn_weights", true);
    require(scaled, "scale_attn_weights", "true", false);
    json.requireUnset("scale_attn_by_inverse_layer_idx");
    json.requireUnset("add_cross_attention");
    int hiddenSize = json.number("n_embd", 768);
    requireCount("n_embd", hiddenSize);
    return new Gpt2Config(
        hiddenSize,
        json.number("n_head", 12),
        json.number("n_layer", 12),
        json.number("n_inner", 4 * hiddenSize),
        json.number("vocab_size", 50_257),
        json.number("n_positions", 1024),
        json.text("activation_function", "gelu_new"),
        json.real("layer_norm_epsilon", 1e-5),
        json.flag("tie_word_embeddings", true),
        json.endTokens(),
        json.textOrNull("problem_type"),
        json.labels());
  }

  @Override
  public boolean isDecoder() {
    return true;
  }

  @Override
  public String modelType() {
    return TYPE;
  }

  @Override
  public TransformersNames transformers() {
    return new TransformersNames(
        "GPT2",
        "transformer.",
        TransformersNames.Classifier.LINEAR_ON_LAST_TOKEN,
        "GPT2LMHeadModel",
        List.of("c_attn.weight", "c_proj.weight", "c_fc.weight"));
  }

  @Override
  public LlamaCppNames llamaCpp() {
    return new LlamaCppNames(
        TYPE,
        Map.of(
            "attn.c_attn", "attn_qkv",
            "attn.c_proj", "attn_output",
            "mlp.c_fc", "ffn_up",
            "mlp.c_proj", "ffn_down"),
        Map.of());
  }

  @Override
  public void write(ObjectNode json) {
    json.put("n_embd", hiddenSize);
    json.put("n_head", heads);
    json.put("n_layer", layers);
    json.put("n_inner", intermediateSize);
    json.put("vocab_size", vocabularySize);
    json.put("n_positions", maxTokens);
    json.put("activation_function", activation);
    json.put("layer_norm_epsilon", normEpsilon);
    json.put("tie_word_embeddings", tied);
    if (!endTokens.isEmpty()) {
      ArrayNode ids = json.putArray("eos_token_id");
      endTokens.forEach(ids::add);
    }
  }
}
