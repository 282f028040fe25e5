package io.haori.model.gguf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import java.util.List;
import java.util.Map;

/** What a model's file says of its shape, as a {@code config.json} would. */
final class GgufConfig {
  /** GPT-2, which is laid out otherwise than all others. */
  static final String GPT2 = "gpt2";

  /** Model types by what the file calls the architecture. */
  private static final Map<String, String> TYPES =
      Map.of("llama", "llama", "qwen2", "qwen2", "qwen3", "qwen3", GPT2, GPT2);

  private static final String ARCHITECTURE = "general.architecture";
  private static final String END = "tokenizer.ggml.eos_token_id";
  private static final String FACTORS = "rope_freqs.weight";

  /** Positions that Llama 3 was first trained for. */
  private static final long USUAL_POSITIONS = 8192;

  private final GgufFile file;
  private final String architecture;

  private GgufConfig(GgufFile file, String architecture) {
    this.file = file;
    this.architecture = architecture;
  }

  /**
   * Reads it.
   *
   * @throws io.haori.core.check.UserError when the architecture is not known, or a value is missing
   */
  static ObjectNode of(GgufFile file) {
    String type = file.text("general.type");
    if (type != null && !type.equals("model")) {
      throw Check.in(
          file.path(), "general.type must be model for a base, got " + GgufBytes.quote(type));
    }
    String architecture = file.text(ARCHITECTURE);
    if (architecture == null || !TYPES.containsKey(architecture)) {
      throw Check.in(
          file.path(),
          ARCHITECTURE
              + " must be one of "
              + TYPES.keySet().stream().sorted().toList()
              + " for a base, got "
              + (architecture == null ? "none" : GgufBytes.quote(architecture)));
    }
    return new GgufConfig(file, architecture).json(TYPES.getOrDefault(architecture, ""));
  }

  private ObjectNode json(String type) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (type.equals(GPT2)) {
      gpt2(json);
      return json;
    }
    boolean windowed = type.equals("llama") && file.has(key("attention.sliding_window"));
    long heads = whole("attention.head_count");
    long width = whole("embedding_length");
    json.put("model_type", windowed ? "mistral" : type);
    json.put("hidden_size", width);
    json.put("num_hidden_layers", whole("block_count"));
    json.put("num_attention_heads", heads);
    json.put("num_key_value_heads", file.whole(key("attention.head_count_kv"), heads));
    json.put("head_dim", file.whole(key("attention.key_length"), width / Math.max(1, heads)));
    json.put("intermediate_size", whole("feed_forward_length"));
    json.put("max_position_embeddings", whole("context_length"));
    json.put("rms_norm_eps", shortest(file.real(key("attention.layer_norm_rms_epsilon"), 1e-6f)));
    json.put("rope_theta", shortest(file.real(key("rope.freq_base"), 10_000f)));
    json.put("vocab_size", file.shape("token_embd.weight")[0]);
    json.put("tie_word_embeddings", !file.names().contains("output.weight"));
    json.put("attention_bias", false);
    json.put("hidden_act", "silu");
    if (windowed) {
      json.put("sliding_window", whole("attention.sliding_window"));
    }
    if (file.has(END)) {
      json.put("eos_token_id", file.whole(END, null));
    }
    scaling(json);
    return json;
  }

  /** llama.cpp computes the approximate GELU for GPT-2, whatever the base was trained with. */
  private void gpt2(ObjectNode json) {
    json.put("model_type", GPT2);
    json.put("n_embd", whole("embedding_length"));
    json.put("n_layer", whole("block_count"));
    json.put("n_head", whole("attention.head_count"));
    json.put("n_inner", whole("feed_forward_length"));
    json.put("n_positions", whole("context_length"));
    json.put("layer_norm_epsilon", shortest(file.real(key("attention.layer_norm_epsilon"), 1e-5f)));
    json.put("vocab_size", file.shape("token_embd.weight")[0]);
    json.put("activation_function", "gelu_new");
    json.put("tie_word_embeddings", !file.names().contains("output.weight"));
    if (file.has(END)) {
      json.put("eos_token_id", file.whole(END, null));
    }
  }

  /** The shortest decimal of a float: 1.0E-5 and not 0.0000099999997. */
  private static double shortest(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  private String key(String name) {
    return architecture + "." + name;
  }

  private long whole(String name) {
    return file.whole(key(name), null);
  }

  private void scaling(ObjectNode json) {
    String named = file.text(key("rope.scaling.type"));
    if (named != null && !named.equals("none")) {
      ObjectNode scaling = json.putObject("rope_scaling");
      scaling.put("rope_type", named);
      scaling.put("factor", shortest(file.real(key("rope.scaling.factor"), 1)));
      return;
    }
    if (!file.names().contains(FACTORS)) {
      return;
    }
    float[] factors;
    try (Scope scope = Scope.open()) {
      factors = file.load(FACTORS).to(DType.F32).toFloats();
    }
    double theta = json.path("rope_theta").doubleValue();
    long own = file.whole(key("rope.scaling.original_context_length"), USUAL_POSITIONS);
    for (long positions : List.of(own, USUAL_POSITIONS)) {
      if (byTurns(json, factors, theta, positions)) {
        return;
      }
    }
    throw Check.in(
        file.path(), FACTORS + " must be the factors of Llama 3's rotary positions, got others");
  }

  /**
   * Llama 3 divides slow angles by a factor and keeps quick ones. A file has what each angle is
   * divided by, from which the factor follows; that all others agree is checked.
   */
  private static boolean byTurns(ObjectNode json, float[] factors, double theta, long positions) {
    double factor = 1;
    for (float one : factors) {
      factor = Math.max(factor, one);
    }
    double low = 1;
    double high = 4;
    for (int i = 0; i < factors.length; i++) {
      double turns = positions / (2 * Math.PI * Math.pow(theta, (double) i / factors.length));
      double smooth = (turns - low) / (high - low);
      double wanted =
          turns < low ? factor : turns > high ? 1 : 1 / ((1 - smooth) / factor + smooth);
      if (Math.abs(wanted - factors[i]) > 1e-3 * wanted) {
        return false;
      }
    }
    json.putObject("rope_scaling")
        .put("rope_type", "llama3")
        .put("factor", factor)
        .put("low_freq_factor", low)
        .put("high_freq_factor", high)
        .put("original_max_position_embeddings", positions);
    return true;
  }
}
