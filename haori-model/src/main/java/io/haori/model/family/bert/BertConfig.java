package io.haori.model.family.bert;

import static io.haori.check.Check.require;

import io.haori.check.UserError;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shape of a transformer backbone, under the names of Hugging Face's {@code config.json} in full
 * words.
 *
 * @param modelType {@code bert} or {@code roberta}
 * @param hiddenSize width of the states between layers; a multiple of {@code heads}
 * @param layers number of layers; at least 1
 * @param heads attention heads of a layer; at least 1
 * @param intermediateSize width inside the feed-forward part of a layer; at least 1
 * @param vocabularySize rows of the word embedding; at least 1
 * @param maxPositions rows of the position embedding; see {@link #maxTokens()}
 * @param typeVocabularySize rows of the token type embedding; at least 1
 * @param layerNormEpsilon added to the variance; in (0, 1)
 * @param activation of the feed-forward part; {@code gelu}
 * @param padTokenId id of the padding token; below {@code vocabularySize}
 * @param problemType {@code regression}, {@code single_label_classification} or {@code
 *     multi_label_classification}; null when the file does not say
 * @param labels names of the classes in the order of the head's outputs; empty when the file does
 *     not say
 */
public record BertConfig(
    String modelType,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int vocabularySize,
    int maxPositions,
    int typeVocabularySize,
    double layerNormEpsilon,
    String activation,
    int padTokenId,
    @Nullable String problemType,
    List<String> labels) {

  /** Model types that can be built. */
  public static final List<String> MODEL_TYPES = List.of("bert", "roberta");

  /** Values of {@code problem_type}. */
  public static final List<String> PROBLEM_TYPES =
      List.of("regression", "single_label_classification", "multi_label_classification");

  private static final int MOST = 1 << 24;

  /** Checks every bound, naming the key of {@code config.json} that breaks one. */
  public BertConfig {
    require(MODEL_TYPES.contains(modelType), "model_type", "one of " + MODEL_TYPES, modelType);
    requireCount("hidden_size", hiddenSize);
    requireCount("num_hidden_layers", layers);
    requireCount("num_attention_heads", heads);
    requireCount("intermediate_size", intermediateSize);
    requireCount("vocab_size", vocabularySize);
    requireCount("max_position_embeddings", maxPositions);
    requireCount("type_vocab_size", typeVocabularySize);
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
    require(activation.equals("gelu"), "hidden_act", "gelu", activation);
    require(
        padTokenId >= 0 && padTokenId < vocabularySize,
        "pad_token_id",
        "at least 0 and below vocab_size " + vocabularySize,
        padTokenId);
    require(
        maxPositions > firstPosition(modelType, padTokenId),
        "max_position_embeddings",
        "above " + firstPosition(modelType, padTokenId),
        maxPositions);
    require(
        problemType == null || PROBLEM_TYPES.contains(problemType),
        "problem_type",
        "one of " + PROBLEM_TYPES,
        String.valueOf(problemType));
    labels = List.copyOf(labels);
  }

  /**
   * An encoder without a head, for bases that come without a {@code config.json}.
   *
   * @param layers number of layers
   * @param hiddenSize width of the states; heads are 64 wide in BERT-base, 32 in MiniLM
   * @param heads attention heads of a layer
   * @return an uncased BERT with the original's vocabulary and 512 positions
   */
  public static BertConfig bertUncased(int layers, int hiddenSize, int heads) {
    return bert(layers, hiddenSize, heads, 30522);
  }

  /**
   * An encoder without a head, for bases that come without a {@code config.json}.
   *
   * @param layers number of layers
   * @param hiddenSize width of the states
   * @param heads attention heads of a layer
   * @param vocabularySize rows of the word embedding
   * @return a BERT with 512 positions
   */
  public static BertConfig bert(int layers, int hiddenSize, int heads, int vocabularySize) {
    return new BertConfig(
        "bert",
        hiddenSize,
        layers,
        heads,
        4 * hiddenSize,
        vocabularySize,
        512,
        2,
        1e-12,
        "gelu",
        0,
        null,
        List.of());
  }

  /**
   * Reads a {@code config.json}.
   *
   * @param file written by Hugging Face's libraries or alike
   * @return what it says
   * @throws UserError in one sentence that begins with the file's name
   */
  public static BertConfig read(Path file) {
    return new ConfigFile(file).read();
  }

  /**
   * The same encoder for another task.
   *
   * @param newProblemType one of {@link #PROBLEM_TYPES}, or null
   * @param newLabels names of the classes in the order of the head's outputs
   */
  public BertConfig withTask(@Nullable String newProblemType, List<String> newLabels) {
    return new BertConfig(
        modelType,
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        vocabularySize,
        maxPositions,
        typeVocabularySize,
        layerNormEpsilon,
        activation,
        padTokenId,
        newProblemType,
        newLabels);
  }

  /** Longest row of tokens, special ones included, that has a position embedding. */
  public int maxTokens() {
    return maxPositions - firstPosition(modelType, padTokenId);
  }

  /** Width of one attention head. */
  public int headSize() {
    return hiddenSize / heads;
  }

  /** RoBERTa counts positions from the padding token's id on, which itself stays unused. */
  private static int firstPosition(String modelType, int padTokenId) {
    return modelType.equals("roberta") ? padTokenId + 1 : 0;
  }

  private static void requireCount(String key, int value) {
    require(value >= 1 && value <= MOST, key, "from 1 to " + MOST, value);
  }
}
