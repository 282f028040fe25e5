package io.haori.model.family.vit;

import static io.haori.core.check.Check.require;
import static io.haori.model.config.ConfigJson.requireCount;

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
 * Shape of a vision transformer of the family of ViT or DeiT.
 *
 * @param modelType {@code vit} or {@code deit}
 * @param sizes of its layers
 * @param intermediateSize width inside the feed-forward part; at least 1
 * @param queryKeyValueBias whether the products before attention have biases
 * @param pictures that it reads
 * @param problemType what the base's own head was trained for; null when the file does not say
 * @param labels names of the classes; empty when the file does not say
 */
public record VitConfig(
    String modelType,
    EncoderSizes sizes,
    int intermediateSize,
    boolean queryKeyValueBias,
    PictureShape pictures,
    @Nullable String problemType,
    List<String> labels)
    implements ModelConfig {
  private static final String ACTIVATION = "gelu";

  /** Checks every bound, naming the key of {@code config.json} that breaks one. */
  public VitConfig {
    requireCount("intermediate_size", intermediateSize);
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
        EncoderSizes.read(json, 1e-12),
        json.number("intermediate_size", null),
        json.flag("qkv_bias", true),
        PictureShape.read(json, leadingTokens),
        json.textOrNull("problem_type"),
        json.labels());
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
    boolean vit = modelType.equals(VitFamily.VIT);
    return new TransformersNames(
            vit ? "ViT" : "DeiT",
            vit ? "vit." : "deit.",
            TransformersNames.Classifier.LINEAR_ON_FIRST_TOKEN)
        .with(ModuleNames.VIT);
  }

  @Override
  public void write(ObjectNode json) {
    sizes.write(json);
    json.put("intermediate_size", intermediateSize);
    json.put("hidden_act", ACTIVATION);
    json.put("qkv_bias", queryKeyValueBias);
    pictures.write(json);
  }
}
