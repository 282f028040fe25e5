package io.haori.model.family.llama;

import static io.haori.core.check.Check.require;
import static io.haori.model.config.ConfigJson.requireCount;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.LlamaCppNames;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.TransformersNames;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shape of a Llama or of one of its kin, under the names of its {@code config.json} in full words.
 *
 * @param modelType {@code llama}, {@code mistral}, {@code qwen2} or {@code qwen3}
 * @param hiddenSize width of the states between layers; at least 1
 * @param heads attention heads of a layer; at least 1
 * @param sharedHeads heads of keys and of values; divides {@code heads}
 * @param headSize width of a head; even
 * @param intermediateSize width inside the feed-forward part; at least 1
 * @param vocabularySize rows of the word table; at least 1
 * @param maxTokens longest text that the base was trained for
 * @param windows for each layer how many tokens a token sees, itself included; {@link #WHOLE} for
 *     all before it
 * @param rotary what the file says of rotary positions
 * @param normEpsilon added to mean squares; in (0, 1)
 * @param biases which linear layers have biases
 * @param headNorms whether each head's query and key are normalised
 * @param tied whether the head is the word table
 * @param endTokens ids that end what is written; each below {@code vocabularySize}
 * @param problemType what the base's own head was trained for; null when the file does not say
 * @param labels names of the classes; empty when the file does not say
 */
record LlamaConfig(
    String modelType,
    int hiddenSize,
    int heads,
    int sharedHeads,
    int headSize,
    int intermediateSize,
    int vocabularySize,
    int maxTokens,
    List<Integer> windows,
    RotaryConfig rotary,
    double normEpsilon,
    Biases biases,
    boolean headNorms,
    boolean tied,
    List<Integer> endTokens,
    @Nullable String problemType,
    List<String> labels)
    implements ModelConfig {
  /** A window without an end. */
  static final int WHOLE = Integer.MAX_VALUE;

  private static final String ACTIVATION = "silu";
  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  /**
   * Which linear layers have biases.
   *
   * @param queryKeyValue those of queries, keys and values
   * @param output that behind attention
   * @param feedForward those of the feed-forward part
   */
  record Biases(boolean queryKeyValue, boolean output, boolean feedForward) {}

  /**
   * What a file means that does not say it; it differs between the model types.
   *
   * @param sharedHeads heads of keys and values; null for as many as there are heads
   * @param headSize width of a head; null for the hidden size divided by the heads
   * @param maxTokens longest text
   */
  record Unsaid(@Nullable Integer sharedHeads, @Nullable Integer headSize, int maxTokens) {}

  /** Checks every bound, naming the key of {@code config.json} that breaks one. */
  LlamaConfig {
    windows = List.copyOf(windows);
    endTokens = List.copyOf(endTokens);
    labels = List.copyOf(labels);
    requireCount("hidden_size", hiddenSize);
    requireCount("num_hidden_layers", windows.size());
    requireCount("num_attention_heads", heads);
    requireCount("num_key_value_heads", sharedHeads);
    requireCount("head_dim", headSize);
    requireCount("intermediate_size", intermediateSize);
    requireCount("vocab_size", vocabularySize);
    requireCount("max_position_embeddings", maxTokens);
    require(
        heads % sharedHeads == 0,
        "num_key_value_heads",
        "a divisor of num_attention_heads " + heads,
        sharedHeads);
    require(headSize % 2 == 0, "head_dim", "even", headSize);
    for (int window : windows) {
      require(window >= 1, "sliding_window", "at least 1", window);
    }
    require(normEpsilon > 0 && normEpsilon < 1, "rms_norm_eps", "above 0 and below 1", normEpsilon);
    ConfigJson.requireProblemType(problemType);
  }

  static LlamaConfig read(
      String modelType,
      ConfigJson json,
      Unsaid unsaid,
      List<Integer> windows,
      Biases biases,
      boolean headNorms) {
    String activation = json.text("hidden_act", ACTIVATION);
    require(activation.equals(ACTIVATION), "hidden_act", ACTIVATION, activation);
    int hiddenSize = json.number("hidden_size", null);
    int heads = json.number("num_attention_heads", null);
    requireCount("hidden_size", hiddenSize);
    requireCount("num_attention_heads", heads);
    int headSize = json.number("head_dim", unsaid.headSize() == null ? 0 : unsaid.headSize());
    if (headSize == 0) {
      require(
          hiddenSize % heads == 0,
          "hidden_size",
          "a multiple of num_attention_heads " + heads + " where there is no head_dim",
          hiddenSize);
      headSize = hiddenSize / heads;
    }
    Integer shared = unsaid.sharedHeads();
    return new LlamaConfig(
        modelType,
        hiddenSize,
        heads,
        json.number("num_key_value_heads", shared == null ? heads : shared),
        headSize,
        json.number("intermediate_size", null),
        json.number("vocab_size", null),
        json.number("max_position_embeddings", unsaid.maxTokens()),
        windows,
        RotaryConfig.read(json),
        json.real("rms_norm_eps", 1e-6),
        biases,
        headNorms,
        json.flag("tie_word_embeddings", false),
        json.endTokens(),
        json.textOrNull("problem_type"),
        json.labels());
  }

  /** The same window in every layer of a file. */
  static List<Integer> everyLayer(ConfigJson json, int window) {
    int layers = json.number("num_hidden_layers", null);
    requireCount("num_hidden_layers", layers);
    return Collections.nCopies(layers, window);
  }

  @Override
  public boolean isDecoder() {
    return true;
  }

  @Override
  public int layers() {
    return windows.size();
  }

  @Override
  public TransformersNames transformers() {
    String className =
        switch (modelType) {
          case MistralFamily.TYPE -> "Mistral";
          case QwenFamily.SECOND -> "Qwen2";
          case QwenFamily.THIRD -> "Qwen3";
          default -> "Llama";
        };
    return new TransformersNames(
        className, "model.", TransformersNames.Classifier.LINEAR_ON_LAST_TOKEN);
  }

  /**
   * Llama and Mistral are one architecture there, whose heads it interleaves; Qwen's it does not.
   */
  @Override
  public LlamaCppNames llamaCpp() {
    boolean qwen = modelType.equals(QwenFamily.SECOND) || modelType.equals(QwenFamily.THIRD);
    return new LlamaCppNames(
        qwen ? modelType : "llama",
        Map.of(
            "self_attn.q_proj", "attn_q",
            "self_attn.k_proj", "attn_k",
            "self_attn.v_proj", "attn_v",
            "self_attn.o_proj", "attn_output",
            "mlp.gate_proj", "ffn_gate",
            "mlp.up_proj", "ffn_up",
            "mlp.down_proj", "ffn_down"),
        qwen ? Map.of() : Map.of("attn_q", heads, "attn_k", sharedHeads));
  }

  @Override
  public void write(ObjectNode json) {
    json.put("hidden_size", hiddenSize);
    json.put("num_hidden_layers", layers());
    json.put("num_attention_heads", heads);
    json.put("num_key_value_heads", sharedHeads);
    json.put("head_dim", headSize);
    json.put("intermediate_size", intermediateSize);
    json.put("vocab_size", vocabularySize);
    json.put("max_position_embeddings", maxTokens);
    json.put("rms_norm_eps", normEpsilon);
    json.put("hidden_act", ACTIVATION);
    json.put("attention_bias", biases.output());
    json.put("mlp_bias", biases.feedForward());
    json.put("tie_word_embeddings", tied);
    rotary.write(json);
    writeWindows(json);
    if (endTokens.size() == 1) {
      json.put("eos_token_id", endTokens.get(0));
    } else if (!endTokens.isEmpty()) {
      ArrayNode ids = json.putArray("eos_token_id");
      endTokens.forEach(ids::add);
    }
  }

  private void writeWindows(ObjectNode json) {
    int window = Collections.min(windows);
    if (window == WHOLE) {
      json.putNull("sliding_window");
    } else {
      json.put("sliding_window", window);
    }
    if (modelType.equals(QwenFamily.SECOND) || modelType.equals(QwenFamily.THIRD)) {
      json.put("use_sliding_window", window != WHOLE);
      ArrayNode types = json.putArray("layer_types");
      windows.forEach(one -> types.add(one == WHOLE ? FULL : SLIDING));
    }
  }

  /** Windows by {@code layer_types}, where a file has it; null elsewhere. */
  static @Nullable List<Integer> byLayerTypes(ConfigJson json, int window) {
    List<String> types = json.texts("layer_types");
    if (types == null) {
      return null;
    }
    int layers = json.number("num_hidden_layers", null);
    require(types.size() == layers, "layer_types", "one type a layer, " + layers, types.size());
    for (String type : types) {
      boolean known = type.equals(FULL) || type.equals(SLIDING);
      require(known, "layer_types", FULL + " or " + SLIDING, type);
    }
    return types.stream().map(type -> type.equals(SLIDING) ? window : WHOLE).toList();
  }
}
