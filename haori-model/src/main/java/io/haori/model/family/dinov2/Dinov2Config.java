package io.haori.model.family.dinov2;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.EncoderSizes;
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
 * @param sizes of its layers
 * @param feedForwardRatio width inside the feed-forward part over the width of the states; at least
 *     1
 * @param gated whether the feed-forward part has a gate (SwiGLU), which makes it narrower
 * @param queryKeyValueBias whether the products before attention have biases
 * @param registers learnt tokens without places behind that of the class; 0 for the type without
 * @param pictures that it reads
 * @param problemType what the base's own head was trained for; null when the file does not say
 * @param labels names of the classes; empty when the file does not say
 */
public record Dinov2Config(
    String modelType,
    EncoderSizes sizes,
    int feedForwardRatio,
    boolean gated,
    boolean queryKeyValueBias,
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
    require(
        feedForwardRatio >= 1 && feedForwardRatio <= 64,
        "mlp_ratio",
        "from 1 to 64",
        feedForwardRatio);
    if (modelType.equals(Dinov2Family.WITH_REGISTERS)) {
      require(
          registers >= 1 && registers <= 1024, "num_register_tokens", "from 1 to 1024", registers);
    }
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
        EncoderSizes.read(json, 1e-6),
        json.number("mlp_ratio", 4),
        json.flag("use_swiglu_ffn", false),
        json.flag("qkv_bias", true),
        registers,
        PictureShape.read(json, 1 + registers),
        json.textOrNull("problem_type"),
        json.labels());
  }

  /** Width inside the feed-forward part; behind the gate where there is one. */
  int intermediateSize() {
    int plain = Math.multiplyExact(hiddenSize(), feedForwardRatio);
    int twoThirds = (int) (plain * 2L / 3);
    return gated ? (twoThirds + GATED_UNIT - 1) / GATED_UNIT * GATED_UNIT : plain;
  }

  @Override
  public int hiddenSize() {
    return sizes.hiddenSize();
  }

  @Override
  public int layers() {
    return sizes.layers();
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
    sizes.write(json);
    json.put("mlp_ratio", feedForwardRatio);
    json.put("use_swiglu_ffn", gated);
    json.put("hidden_act", ACTIVATION);
    json.put("qkv_bias", queryKeyValueBias);
    if (registers > 0) {
      json.put("num_register_tokens", registers);
    }
    pictures.write(json);
  }
}
