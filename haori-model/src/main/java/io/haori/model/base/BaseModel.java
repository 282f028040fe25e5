package io.haori.model.base;

import io.haori.model.config.ModelConfig;
import io.haori.model.text.Tokenizer;
import io.haori.model.weights.Weights;

/**
 * An opened base. Its weights are still in their file; closing it closes file and input.
 *
 * @param name one of {@link Bases#NAMES}, or the absolute path of a folder
 * @param digest SHA-256 of the files that hold the weights, in hexadecimal: the same digest means
 *     the same numbers
 * @param config its shape
 * @param sentence how it makes one vector of a text
 * @param weights its numbers
 * @param input what turns rows into its tokens
 */
public record BaseModel(
    String name,
    String digest,
    ModelConfig config,
    SentenceSettings sentence,
    Weights weights,
    BaseInput input)
    implements AutoCloseable {
  /**
   * Text to ids.
   *
   * @throws io.haori.core.check.UserError when the base reads pictures
   */
  public Tokenizer tokenizer() {
    return input.tokenizer(name);
  }

  @Override
  public void close() {
    weights.close();
    input.close();
  }
}
