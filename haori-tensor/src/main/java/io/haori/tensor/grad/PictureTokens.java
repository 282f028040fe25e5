package io.haori.tensor.grad;

import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of pictures: learnt ones that lead each picture, then its patches, with their places.
 *
 * <pre>{@code
 * table = (P₀ [k,h]; P [m,h])     a row of it for each leading token that has a place, and each patch
 * y     = (leading + P₀; further; patches + M P)   of each picture, [k + f + n, h]
 * dP₀   = Σ dy of the k,   dP = Mᵀ Σ dy of the patches      sums over the pictures
 * }</pre>
 *
 * @param leading {@code k} learnt tokens with places, each a row, whatever its shape
 * @param further {@code f} learnt tokens without places, null for none
 * @param table k rows, then those of the patches of pictures of the usual size
 */
public record PictureTokens(List<Weight> leading, @Nullable Weight further, Weight table) {
  /** Copies the list. */
  public PictureTokens {
    leading = List.copyOf(leading);
  }

  /** Number of tokens that lead the patches. */
  public int leadingTokens() {
    return leading.size() + (further == null ? 0 : (int) (further.elements() / width()));
  }

  /** All its weights. */
  public List<Weight> weights() {
    List<Weight> all = new ArrayList<>(leading);
    if (further != null) {
      all.add(further);
    }
    all.add(table);
    return all;
  }

  private long width() {
    long[] shape = table.shape();
    return shape[shape.length - 1];
  }

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param patches {@code [pictures · n, h]}, one picture after another
   * @param pictures how many
   * @param interpolation {@code M}, F32 {@code [n, m]}: how places of n patches come from those of
   *     m; null where n = m and places stay
   * @return {@code [pictures · (k + f + n), h]}
   */
  public Variable apply(Tape tape, Variable patches, int pictures, @Nullable Tensor interpolation) {
    long width = width();
    long n = patches.value().size(0) / pictures;
    int placed = leading.size();
    int lead = leadingTokens();
    Tensor places = table.current().view(-1, width);
    Tensor ofPatches = places.narrow(0, placed, places.size(0) - placed);
    if (interpolation != null) {
      ofPatches = interpolation.matmul(ofPatches.to(interpolation.dtype()));
    }
    Tensor first = first(tape, places, width).unsqueeze(0).expand(pictures, lead, width);
    Tensor rest = patches.value().view(pictures, n, width).add(ofPatches.to(tape.dtype()));
    Tensor all = Tensors.cat(List.of(first, rest), 1).view(pictures * (lead + n), width);
    boolean trainable = weights().stream().anyMatch(Weight::trainable);
    Variable output = tape.variable(all, patches.needsGradient() || trainable);
    if (tape.records() && output.needsGradient()) {
      Tensor[] saved = interpolation == null ? new Tensor[0] : new Tensor[] {interpolation};
      tape.record(
          output,
          () -> {
            Tensor dy = output.requireGradient().view(pictures, lead + n, width);
            if (patches.needsGradient()) {
              patches.accumulate(dy.narrow(1, lead, n).reshape(pictures * n, width));
            }
            if (trainable) {
              accumulate(dy.sum(0, false), n, interpolation);
            }
          },
          saved);
    }
    return output;
  }

  /** The tokens that lead, with their places: {@code [k + f, h]}. */
  private Tensor first(Tape tape, Tensor places, long width) {
    List<Tensor> tokens = new ArrayList<>();
    leading.forEach(one -> tokens.add(one.current().view(1, width)));
    Tensor placed = Tensors.cat(tokens, 0).add(places.narrow(0, 0, leading.size()));
    if (further == null) {
      return placed.to(tape.dtype());
    }
    Tensor others = further.current().view(-1, width).to(placed.dtype());
    return Tensors.cat(List.of(placed, others), 0).to(tape.dtype());
  }

  /** Of the gradient of one picture's tokens, summed over the pictures. */
  private void accumulate(Tensor gradient, long n, @Nullable Tensor interpolation) {
    int placed = leading.size();
    int lead = leadingTokens();
    for (int i = 0; i < placed; i++) {
      Weight one = leading.get(i);
      one.accumulate(gradient.narrow(0, i, 1).reshape(one.shape()));
    }
    if (further != null) {
      further.accumulate(gradient.narrow(0, placed, lead - placed).reshape(further.shape()));
    }
    Tensor ofPatches = gradient.narrow(0, lead, n);
    if (interpolation != null) {
      ofPatches = interpolation.t().matmul(ofPatches.to(interpolation.dtype()));
    }
    Tensor ofLeading = gradient.narrow(0, 0, placed).to(ofPatches.dtype());
    table.accumulate(Tensors.cat(List.of(ofLeading, ofPatches), 0).reshape(table.shape()));
  }
}
