package io.haori.model.backbone;

import io.haori.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Dropout inside the frozen base, at the places where BERT has its own for hidden states: on the
 * embeddings, and on what attention and feed-forward of each layer add to their input. The caller
 * draws the masks, so that they can belong to rows and not to a batch.
 */
@FunctionalInterface
public interface HiddenDropout {
  /** No dropout. */
  HiddenDropout NONE = place -> null;

  /**
   * What the hidden states are multiplied with.
   *
   * @param place 0 for the embeddings, {@code 1 + 2 l} for the attention of layer l, {@code 2 + 2
   *     l} for its feed-forward part; asked twice for one place under gradient checkpointing
   * @return {@code [tokens, hidden]} in the tape's type, 0 or 1 over the share that is kept; null
   *     for none
   */
  @Nullable Tensor factors(int place);

  /**
   * The masks of some tokens.
   *
   * @param tokens I64 {@code [m]}
   */
  default HiddenDropout at(Tensor tokens) {
    return place -> {
      Tensor all = factors(place);
      return all == null ? null : all.indexSelect(0, tokens);
    };
  }

  /**
   * The masks counted from another place on.
   *
   * @param first the place that becomes 0
   */
  default HiddenDropout from(int first) {
    return place -> factors(first + place);
  }
}
