package io.haori.model.family.vit;

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
 * Shape of a vision transformer of the family of ViT or DeiT.
 *
 * @param modelType {@code vit} or {@code deit}
 * @param hiddenSize width of the states between layers; a multiple of {@code heads}
 * @param layers number of layers; at least 1
 * @param heads attention heads of a layer; at least 1
 * @param intermediateSize width inside the feed-forward part; at least 1
 * @param queryKeyValueBias whether the products before attention have biases
 * @param layerNormEpsilon added to the variance; in (0, 1)
 * @param pictures that it reads
 * @param problemType what the base's own head was trained for; null when the file does not say
 * @param labels names of the classes; empty when the file does not say
 */
public record VitConfig(
    String modelType,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    boolean queryKeyValueBias,
    double layerNormEpsilon,
    PictureShape pictures,
    @Nullable String problemType,
    List<String> labels)
    implements ModelConfig {
  private static final String ACTIVATION = "gelu";

  /** Checks every bound, naming the key of {@code config.json} that breaks one. */
  public VitConfig {
    requireCount("hidden_size", hiddenSize);
    requireCount("num_hidden_layers", layers);
    requireCount("num_attention_heads", heads);
    requireCount("intermediate_size", intermediateSize);
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

  static VitConfig read(String modelType, ConfigJson json, int leadingTokens) {
    String activation = json.text("hidden_act", ACTIVATION);
    require(activation.equals(ACTIVATION), "hidden_act", ACTIVATION, activation);
    String pooler = json.text("pooler_act", "tanh");
    require(pooler.equals("tanh"), "pooler_act", "tanh", pooler);
    return new VitConfig(
        modelType,
        json.number("hidden_size", null),
        json.number("num_hidden_layers", null),
        json.number("num_attention_heads", null),
        json.number("intermediate_size", null),
        json.flag("qkv_bias", true),
        json.real("layer_norm_eps", 1e-12),
        PictureShape.read(json, leadingTokens),
        json.textOrNull("problem_type"),
        json.labels());
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
    boolean vit = modelType.equals(VitFamily.TYPE);
    return new TransformersNames(
            vit ? "ViT" : "DeiT",
            vit ? "vit." : "deit.",
            TransformersNames.Classifier.LINEAR_ON_FIRST_TOKEN)
        .with(ModuleNames.VIT);
  }

  @Override
  public void write(ObjectNode json) {
    json.put("hidden_size", hiddenSize);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("intermediate_size", intermediateSize);
    json.put("hidden_act", ACTIVATION);
    json.put("qkv_bias", queryKeyValueBias);
    json.put("layer_norm_eps", layerNormEpsilon);
    pictures.write(json);
  }
}
