package io.haori.model.family.bert;

import static io.haori.core.check.Check.require;
import static io.haori.model.config.ConfigJson.requireCount;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.model.config.ConfigJson;
import io.haori.model.config.EncoderSizes;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.TransformersNames;
import io.haori.model.config.TransformersNames.Classifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shape of a transformer backbone, under the names of Hugging Face's {@code config.json} in full
 * words.
 *
 * @param modelType {@code bert}, {@code roberta} or {@code xlm-roberta}
 * @param sizes of its layers
 * @param intermediateSize width inside the feed-forward part of a layer; at least 1
 * @param vocabularySize rows of the word embedding; at least 1
 * @param maxPositions rows of the position embedding; see {@link #maxTokens()}
 * @param typeVocabularySize rows of the token type embedding; at least 1
 * @param activation of the feed-forward part; {@code gelu}
 * @param padTokenId id of the padding token; below {@code vocabularySize}
 * @param problemType {@code regression}, {@code single_label_classification} or {@code
 *     multi_label_classification}; null when the file does not say
 * @param labels names of the classes in the order of the head's outputs; empty when the file does
 *     not say
 */
public record BertConfig(
    String modelType,
    EncoderSizes sizes,
    int intermediateSize,
    int vocabularySize,
    int maxPositions,
    int typeVocabularySize,
    String activation,
    int padTokenId,
    @Nullable String problemType,
    List<String> labels)
    implements ModelConfig {

  /** Checks every bound, naming the key of {@code config.json} that breaks one. */
  public BertConfig {
    requireCount("intermediate_size", intermediateSize);
    requireCount("vocab_size", vocabularySize);
    requireCount("max_position_embeddings", maxPositions);
    requireCount("type_vocab_size", typeVocabularySize);
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
    ConfigJson.requireProblemType(problemType);
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
        BertFamily.TYPE,
        new EncoderSizes(hiddenSize, layers, heads, 1e-12),
        4 * hiddenSize,
        vocabularySize,
        512,
        2,
        "gelu",
        0,
        null,
        List.of());
  }

  static BertConfig read(String modelType, ConfigJson json, int typeVocabulary, int padToken) {
    String positions = json.text("position_embedding_type", "absolute");
    require(positions.equals("absolute"), "position_embedding_type", "absolute", positions);
    json.requireUnset("is_decoder");
    json.requireUnset("add_cross_attention");
    return new BertConfig(
        modelType,
        EncoderSizes.read(json, 1e-12),
        json.number("intermediate_size", null),
        json.number("vocab_size", null),
        json.number("max_position_embeddings", null),
        json.number("type_vocab_size", typeVocabulary),
        json.text("hidden_act", "gelu"),
        json.number("pad_token_id", padToken),
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
  public int maxTokens() {
    return maxPositions - firstPosition();
  }

  /** RoBERTa counts positions from the padding token's id on, which itself stays unused. */
  int firstPosition() {
    return firstPosition(modelType, padTokenId);
  }

  private static int firstPosition(String modelType, int padTokenId) {
    return modelType.equals(BertFamily.TYPE) ? 0 : padTokenId + 1;
  }

  @Override
  public TransformersNames transformers() {
    return switch (modelType) {
      case BertFamily.TYPE -> new TransformersNames("Bert", "bert.", Classifier.LINEAR_ON_POOLER);
      case RobertaFamily.XLM ->
          new TransformersNames("XLMRoberta", "roberta.", Classifier.TANH_ON_FIRST_TOKEN);
      default -> new TransformersNames("Roberta", "roberta.", Classifier.TANH_ON_FIRST_TOKEN);
    };
  }

  @Override
  public void write(ObjectNode json) {
    sizes.write(json);
    json.put("intermediate_size", intermediateSize);
    json.put("vocab_size", vocabularySize);
    json.put("max_position_embeddings", maxPositions);
    json.put("type_vocab_size", typeVocabularySize);
    json.put("hidden_act", activation);
    json.put("pad_token_id", padTokenId);
  }
}
