package io.haori.model.family.distilbert;

import static io.haori.core.check.Check.require;
import static io.haori.model.config.ConfigJson.requireCount;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.TransformersNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shape of a DistilBERT encoder.
 *
 * @param hiddenSize width of the states between layers ({@code dim}); a multiple of {@code heads}
 * @param layers number of layers ({@code n_layers}); at least 1
 * @param heads attention heads of a layer ({@code n_heads}); at least 1
 * @param intermediateSize width inside the feed-forward part ({@code hidden_dim}); at least 1
 * @param vocabularySize rows of the word table; at least 1
 * @param maxPositions rows of the position table; at least 1
 * @param padTokenId id of the padding token; below {@code vocabularySize}
 * @param problemType what the base's own head was trained for; null when the file does not say
 * @param labels names of the classes; empty when the file does not say
 */
public record DistilBertConfig(
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int vocabularySize,
    int maxPositions,
    int padTokenId,
    @Nullable String problemType,
    List<String> labels)
    implements ModelConfig {
  /** The family's only model type. */
  static final String TYPE = "distilbert";

  /** Added to variances; the family's files do not name it. */
  static final double EPSILON = 1e-12;

  private static final String ACTIVATION = "gelu";

  /** Checks every bound, naming the key of {@code config.json} that breaks one. */
  public DistilBertConfig {
    requireCount("dim", hiddenSize);
    requireCount("n_layers", layers);
    requireCount("n_heads", heads);
    requireCount("hidden_dim", intermediateSize);
    requireCount("vocab_size", vocabularySize);
    requireCount("max_position_embeddings", maxPositions);
    require(hiddenSize % heads == 0, "dim", "a multiple of n_heads " + heads, hiddenSize);
    require(
        padTokenId >= 0 && padTokenId < vocabularySize,
        "pad_token_id",
        "at least 0 and below vocab_size " + vocabularySize,
        padTokenId);
    ConfigJson.requireProblemType(problemType);
    labels = List.copyOf(labels);
  }

  static DistilBertConfig read(ConfigJson json) {
    String activation = json.text("activation", ACTIVATION);
    require(activation.equals(ACTIVATION), "activation", ACTIVATION, activation);
    return new DistilBertConfig(
        json.number("dim", null),
        json.number("n_layers", null),
        json.number("n_heads", null),
        json.number("hidden_dim", null),
        json.number("vocab_size", null),
        json.number("max_position_embeddings", null),
        json.number("pad_token_id", 0),
        json.textOrNull("problem_type"),
        json.labels());
  }

  @Override
  public String modelType() {
    return TYPE;
  }

  @Override
  public int maxTokens() {
    return maxPositions;
  }

  @Override
  public TransformersNames transformers() {
    return new TransformersNames(
        "DistilBert", "distilbert.", TransformersNames.Classifier.RELU_ON_FIRST_TOKEN);
  }

  @Override
  public void write(ObjectNode json) {
    json.put("dim", hiddenSize);
    json.put("n_layers", layers);
    json.put("n_heads", heads);
    json.put("hidden_dim", intermediateSize);
    json.put("vocab_size", vocabularySize);
    json.put("max_position_embeddings", maxPositions);
    json.put("activation", ACTIVATION);
    json.put("pad_token_id", padTokenId);
    // Fixed sinusoids are stored as a table like learnt positions.
    json.put("sinusoidal_pos_embds", false);
  }
}
