package io.haori.tensor.grad;

import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/**
 * Rotary positions (Su et al. 2021, arXiv 2104.09864): each head's query and key is rotated by
 * angles that grow with the token's place, so that a score depends on the distance of two tokens.
 *
 * <pre>{@code
 * y₁ = x₁ ⊙ cos − x₂ ⊙ sin       x = (x₁, x₂), the two halves of a head
 * y₂ = x₂ ⊙ cos + x₁ ⊙ sin       [n, d/2] each
 * }</pre>
 *
 * The derivative is the rotation by the opposite angles.
 */
public final class Rotary {
  private Rotary() {}

  /**
   * The rotation of each token.
   *
   * @param cosine {@code [n, 1, d/2]} in the type of the pass
   * @param sine {@code [n, 1, d/2]} in the type of the pass
   */
  public record Rotation(Tensor cosine, Tensor sine) {
    Tensor turned(Tensor x, boolean back) {
      long half = x.size(2) / 2;
      Tensor first = x.narrow(2, 0, half);
      Tensor second = x.narrow(2, half, half);
      Tensor firstSine = first.mul(sine);
      Tensor secondSine = second.mul(sine);
      Tensor firstCosine = first.mul(cosine);
      Tensor secondCosine = second.mul(cosine);
      return back
          ? Tensors.cat(List.of(firstCosine.add(secondSine), secondCosine.sub(firstSine)), 2)
          : Tensors.cat(List.of(firstCosine.sub(secondSine), secondCosine.add(firstSine)), 2);
    }
  }

  /**
   * Rotates queries and keys; what lies behind them stays as it is.
   *
   * @param tape computes in its type
   * @param qkv {@code [n, heads·d + rest]}: the columns of queries and keys, then others
   * @param heads number of heads of queries and keys together
   * @param rotation of each token
   * @return the same shape
   */
  public static Variable apply(Tape tape, Variable qkv, int heads, Rotation rotation) {
    Variable output =
        tape.variable(turned(qkv.value(), heads, rotation, false), qkv.needsGradient());
    if (tape.records() && qkv.needsGradient()) {
      tape.record(
          output,
          () -> qkv.accumulate(turned(output.requireGradient(), heads, rotation, true)),
          rotation.cosine(),
          rotation.sine());
    }
    return output;
  }

  private static Tensor turned(Tensor qkv, int heads, Rotation rotation, boolean back) {
    long tokens = qkv.size(0);
    long depth = 2 * rotation.cosine().size(2);
    long columns = heads * depth;
    List<Tensor> parts = new ArrayList<>();
    Tensor rotated = qkv.narrow(1, 0, columns).reshape(tokens, heads, depth);
    parts.add(rotation.turned(rotated, back).reshape(tokens, columns));
    if (columns < qkv.size(1)) {
      parts.add(qkv.narrow(1, columns, qkv.size(1) - columns));
    }
    return Tensors.cat(parts, 1);
  }
}
