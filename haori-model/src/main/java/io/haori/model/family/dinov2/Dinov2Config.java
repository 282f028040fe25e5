package io.haori.model.family.dinov2;

import static io.haori.core.check.Check.require;
import static io.haori.model.config.ConfigJson.requireCount;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.ModuleNames;
import io.haori.model.config.PictureShape;
import io.haori.model.config.TransformersNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shape of a DINOv2 vision transformer.
 *
 * @param modelType {@code dinov2} or {@code dinov2_with_registers}
 * @param hiddenSize width of the states between layers; a multiple of {@code heads}
 * @param layers number of layers; at least 1
 * @param heads attention heads of a layer; at least 1
 * @param feedForwardRatio width inside the feed-forward part over {@code hiddenSize}; at least 1
 * @param gated whether the feed-forward part has a gate (SwiGLU), which makes it narrower
 * @param queryKeyValueBias whether the products before attention have biases
 * @param layerNormEpsilon added to the variance; in (0, 1)
 * @param registers learnt tokens without places behind that of the class; 0 for the type without
 * @param pictures that it reads
 * @param problemType what the base's own head was trained for; null when the file does not say
 * @param labels names of the classes; empty when the file does not say
 */
public record Dinov2Config(
    String modelType,
    int hiddenSize,
    int layers,
    int heads,
    int feedForwardRatio,
    boolean gated,
    boolean queryKeyValueBias,
    double layerNormEpsilon,
    int registers,
    PictureShape pictures,
    @Nullable String problemType,
    List<String> labels)
    implements ModelConfig {
  private static final String ACTIVATION = "gelu";

  /** The width of a gated part is a multiple of it. */
  private static final int GATED_UNIT = 8;

  /** Checks every bound, naming the key of {@code config.json} that breaks one. */
  public Dinov2Config {
    requireCount("hidden_size", hiddenSize);
    requireCount("num_hidden_layers", layers);
    requireCount("num_attention_heads", heads);
    require(
        feedForwardRatio >= 1 && feedForwardRatio <= 64,
        "mlp_ratio",
        "from 1 to 64",
        feedForwardRatio);
    if (modelType.equals(Dinov2Family.WITH_REGISTERS)) {
      require(
          registers >= 1 && registers <= 1024, "num_register_tokens", "from 1 to 1024", registers);
    }
    require(
        hiddenSize % heads == 0,
        "hidden_size",
        "a multiple of num_attention_heads " + heads,
        hiddenSize);
    require(
        layerNormEpsilon > 0 && layerNormEpsilon < 1,
        "layer_norm_eps",
        "above 0 and below 1",
        layerNormEpsilon);
    ConfigJson.requireProblemType(problemType);
    labels = List.copyOf(labels);
  }

  static Dinov2Config read(String modelType, ConfigJson json) {
    String activation = json.text("hidden_act", ACTIVATION);
    require(activation.equals(ACTIVATION), "hidden_act", ACTIVATION, activation);
    int registers =
        modelType.equals(Dinov2Family.WITH_REGISTERS) ? json.number("num_register_tokens", 4) : 0;
    return new Dinov2Config(
        modelType,
        json.number("hidden_size", null),
        json.number("num_hidden_layers", null),
        json.number("num_attention_heads", null),
        json.number("mlp_ratio", 4),
        json.flag("use_swiglu_ffn", false),
        json.flag("qkv_bias", true),
        json.real("layer_norm_eps", 1e-6),
        registers,
        PictureShape.read(json, 1 + registers),
        json.textOrNull("problem_type"),
        json.labels());
  }

  /** Width inside the feed-forward part; behind the gate where there is one. */
  int intermediateSize() {
    int plain = Math.multiplyExact(hiddenSize, feedForwardRatio);
    int twoThirds = (int) (plain * 2L / 3);
    return gated ? (twoThirds + GATED_UNIT - 1) / GATED_UNIT * GATED_UNIT : plain;
  }

  @Override
  public int vocabularySize() {
    return 0;
  }

  @Override
  public int maxTokens() {
    return Integer.MAX_VALUE;
  }

  @Override
  public TransformersNames transformers() {
    boolean plain = modelType.equals(Dinov2Family.TYPE);
    return new TransformersNames(
            plain ? "Dinov2" : "Dinov2WithRegisters",
            modelType + ".",
            TransformersNames.Classifier.LINEAR_ON_FIRST_AND_PATCHES)
        .with(ModuleNames.DINOV2);
  }

  @Override
  public void write(ObjectNode json) {
    json.put("hidden_size", hiddenSize);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("mlp_ratio", feedForwardRatio);
    json.put("use_swiglu_ffn", gated);
    json.put("hidden_act", ACTIVATION);
    json.put("qkv_bias", queryKeyValueBias);
    json.put("layer_norm_eps", layerNormEpsilon);
    if (registers > 0) {
      json.put("num_register_tokens", registers);
    }
    pictures.write(json);
  }
}
