package io.haori.model.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a base says of itself before its weights are read; each model family has a record of it. */
public interface ModelConfig {
  /** Values of {@code problem_type}. */
  List<String> PROBLEM_TYPES =
      List.of("regression", "single_label_classification", "multi_label_classification");

  /** {@code model_type} of {@code config.json}; the catalogue finds the family by it. */
  String modelType();

  /** Width of the states between layers. */
  int hiddenSize();

  /** Number of layers. */
  int layers();

  /** Rows of the word table; 0 for a base that reads pictures. */
  int vocabularySize();

  /**
   * Longest row of tokens that the base reads, special ones included; {@link Integer#MAX_VALUE} for
   * one that reads pictures of any size.
   */
  int maxTokens();

  /** What pictures it reads; null for a base that reads texts. */
  default @Nullable PictureShape pictures() {
    return null;
  }

  /** What the base's own head was trained for; null when the file does not say. */
  @Nullable String problemType();

  /** Names of the classes in the order of the head's outputs; empty when the file does not say. */
  List<String> labels();

  /** Whether its tokens see those before them alone, so that it can write text on. */
  default boolean isDecoder() {
    return false;
  }

  /** Tokens that end what a decoder writes; empty when the file names none, and for encoders. */
  default List<Integer> endTokens() {
    return List.of();
  }

  /** How transformers names the family's classes. */
  TransformersNames transformers();

  /** How llama.cpp names the family and its layers; null where it is not known. */
  default @Nullable LlamaCppNames llamaCpp() {
    return null;
  }

  /**
   * Writes the keys of {@code config.json} from which Hugging Face's libraries build the same
   * model.
   *
   * @param json to be filled
   */
  void write(ObjectNode json);
}
