package io.haori.model.backbone;

import io.haori.model.backbone.part.TokenEmbeddings;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.List;

/**
 * What layers start from: one row a token, of texts ({@link TokenEmbeddings}) or of pictures
 * ({@link io.haori.model.backbone.picture.PatchEmbeddings}). Everything behind it is the same for
 * both.
 */
public interface Embeddings extends AutoCloseable {
  /** Its weights, in the order of use. */
  List<Weight> weights();

  /**
   * A batch as states.
   *
   * @param tape computes in its type
   * @param batch of what these embeddings read
   * @return {@code [tokens, hidden]}
   */
  Variable apply(Tape tape, TextBatch batch);

  /** Keeps in 8 bits from here on what is large enough for it. */
  default void quantise() {}

  /** Keeps a table that is still in its file in 8 bits as soon as it has been read. */
  default void keepIn8Bits() {}

  @Override
  default void close() {
    weights().forEach(Weight::close);
  }
}
