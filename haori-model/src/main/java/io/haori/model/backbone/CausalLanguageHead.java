package io.haori.model.backbone;

import io.haori.tensor.grad.Linear;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a decoder: scores of every word of the vocabulary to come next, {@code h Wᵀ}, where W
 * is the word table or a matrix of the head's own.
 */
public final class CausalLanguageHead implements AutoCloseable {
  private final Weight matrix;
  private final boolean shared;

  private CausalLanguageHead(Weight matrix, boolean shared) {
    this.matrix = matrix;
    this.shared = shared;
  }

  /**
   * Reads the head.
   *
   * @param loader of the base's weights
   * @param name of the head's matrix, which no prefix comes before
   * @param word {@code [vocabulary, hidden]}, the table of the embeddings
   * @param tied whether the head is that table, whatever the file holds
   * @return null when the head is not tied and the file has none: a base with another head
   */
  public static @Nullable CausalLanguageHead loadIfPresent(
      WeightLoader loader, String name, Weight word, boolean tied) {
    if (tied) {
      return new CausalLanguageHead(word, true);
    }
    return loader.containsPlain(name)
        ? new CausalLanguageHead(loader.plain(name, word.shape()), false)
        : null;
  }

  /** Its own weights; a word table that it shares belongs to the embeddings. */
  List<Weight> weights() {
    return shared ? List.of() : List.of(matrix);
  }

  /**
   * Scores of every word of the vocabulary.
   *
   * @param tape computes in its type
   * @param hidden {@code [n, hidden]}: the states of the tokens that come before
   * @return {@code [n, vocabulary]}
   */
  public Variable logits(Tape tape, Variable hidden) {
    return Linear.apply(tape, hidden, matrix, null);
  }

  @Override
  public void close() {
    weights().forEach(Weight::close);
  }
}
