package io.haori.model.backbone;

import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.activation.GatedUnit;
import io.haori.tensor.grad.activation.Gelu;
import io.haori.tensor.grad.activation.TanhGelu;
import java.util.List;

/**
 * The part of a layer that works on each token alone: {@code down(activation(up(x)))}.
 *
 * @param up {@code [n, hidden]} to {@code [n, inner]}, or {@code [n, 2·inner]} before a gate
 * @param activation between the two
 * @param down {@code [n, inner]} to {@code [n, hidden]}
 */
public record FeedForward(AdaptedProducts up, Activation activation, AdaptedProducts down)
    implements AutoCloseable {

  /** What lies between the two products. */
  @FunctionalInterface
  public interface Activation {
    /** {@code gelu(x)}. */
    Activation GELU = Gelu::apply;

    /** {@code gelu(x)} by its approximation with tanh. */
    Activation TANH_GELU = TanhGelu::apply;

    /** {@code gelu(a) ⊙ b} of the two halves of x. */
    Activation GATED_GELU = GatedUnit::gelu;

    /** {@code silu(a) ⊙ b} of the two halves of x. */
    Activation GATED_SILU = GatedUnit::silu;

    /** Applies it on a tape. */
    Variable apply(Tape tape, Variable x);
  }

  /** Its linear layers. */
  List<AdaptedProducts> products() {
    return List.of(up, down);
  }

  /** {@code [n, hidden]} to {@code [n, hidden]}. */
  public Variable apply(Tape tape, Variable x, Adaptation adaptation) {
    Variable activated = activation.apply(tape, up.apply(tape, x, adaptation));
    return down.apply(tape, activated, adaptation);
  }

  @Override
  public void close() {
    products().forEach(AdaptedProducts::close);
  }
}
