package io.haori.model.backbone;

import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Dropout;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One layer of a backbone: attention and feed-forward, each added to its input. */
public interface Layer extends AutoCloseable {
  /** How its tokens see each other. */
  SelfAttention attention();

  /** What works on each token alone. */
  FeedForward feedForward();

  /** Its normalisations, in the order of use. */
  List<Norm> norms();

  /**
   * Applies it.
   *
   * @param x {@code [n, hidden]}
   * @param layout of the pass
   * @param places I64 {@code [m]}, the tokens whose states are wanted: what follows attention is
   *     computed for them alone; null for all
   * @param adaptation which adapter sits where
   * @param dropout factors of what attention adds (0) and of what feed-forward adds (1), of the
   *     wanted tokens
   * @return {@code [m, hidden]}
   */
  Variable apply(
      Tape tape,
      Variable x,
      PassLayout layout,
      @Nullable Tensor places,
      Adaptation adaptation,
      HiddenDropout dropout);

  /** Its linear layers, from the lowest to the highest. */
  default List<AdaptedProducts> products() {
    List<AdaptedProducts> all = new ArrayList<>(attention().products());
    all.addAll(feedForward().products());
    return all;
  }

  /** All its weights. */
  default List<Weight> weights() {
    List<Weight> all = new ArrayList<>();
    products().forEach(product -> all.addAll(product.weights()));
    norms().forEach(norm -> all.addAll(norm.weights()));
    HeadNorms headNorms = attention().headNorms();
    if (headNorms != null) {
      all.addAll(headNorms.weights());
    }
    return all;
  }

  /** Whether an adapter sits on it, or a weight of its own is trained. */
  default boolean learns(Adaptation adaptation) {
    return weights().stream().anyMatch(Weight::trainable)
        || products().stream()
            .flatMap(product -> product.slots().stream())
            .anyMatch(slot -> adaptation.at(slot) != null);
  }

  @Override
  default void close() {
    attention().close();
    feedForward().close();
    norms().forEach(Norm::close);
  }

  /**
   * A fresh variable under the dropout of its place.
   *
   * @param place as {@link HiddenDropout#factors} counts
   */
  static Variable dropped(Tape tape, Variable x, HiddenDropout dropout, int place) {
    Tensor factors = dropout.factors(place);
    return factors == null ? x : Dropout.apply(tape, x, factors);
  }
}
