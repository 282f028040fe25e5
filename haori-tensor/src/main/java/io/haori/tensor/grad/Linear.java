package io.haori.tensor.grad;

import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.quant.QuantisedMatrix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Linear layer.
 *
 * <pre>{@code
 * y      = x Wᵀ      + b        dx = dy W     dW = dyᵀ x     db = Σ dy
 * [n,o]   [n,i][i,o]   [o]
 * }</pre>
 *
 * Gradients of W and b are computed only when they are trainable, and that of x only when something
 * trainable lies behind it.
 */
public final class Linear {
  private Linear() {}

  /**
   * Applies the layer.
   *
   * @param tape computes in its type
   * @param x {@code [n, i]}
   * @param weight {@code [o, i]}, or of more dimensions, those behind the first being the inputs
   * @param bias {@code [o]} or null
   * @return {@code [n, o]}
   */
  public static Variable apply(Tape tape, Variable x, Weight weight, @Nullable Weight bias) {
    tape.observe(weight, x.value());
    if (weight.isDeferred()) {
      return read(tape, x, weight, bias);
    }
    QuantisedMatrix quantised = weight.quantised();
    return quantised == null || tape.differentiatesTwice()
        ? apply(tape, x, weight, matrix(weight.value(tape)), bias)
        : apply(tape, x, quantised, bias);
  }

  /**
   * Applies the layer with each row of its matrix multiplied by {@code 1 + change}, which is a
   * constant here.
   *
   * @param tape computes in its type
   * @param x {@code [n, i]}
   * @param weight {@code [o, i]}, frozen
   * @param bias {@code [o]} or null, not multiplied
   * @param change {@code [o]}; a small one loses nothing in low precision, as {@code 1 + change}
   *     would
   * @return {@code [n, o]}
   */
  public static Variable applyScaled(
      Tape tape, Variable x, Weight weight, @Nullable Weight bias, Tensor change) {
    if (weight.trainable()) {
      throw new IllegalStateException(weight.name() + " is trained itself and cannot be scaled");
    }
    QuantisedMatrix quantised = weight.quantised();
    if (quantised != null) {
      try (QuantisedMatrix scaled = quantised.scaledRows(change)) {
        return apply(tape, x, scaled, bias);
      }
    }
    Tensor w = weight.value(tape);
    Tensor column = change.to(tape.dtype()).view(change.count(), 1);
    return apply(tape, x, weight, w.addProduct(w, column, 1.0), bias);
  }

  private static Variable apply(
      Tape tape, Variable x, Weight weight, Tensor w, @Nullable Weight bias) {
    Tensor b = bias == null ? null : bias.value(tape);
    Tensor y =
        tape.differentiatesTwice() ? plain(x.value(), w, b) : Kernels.linear(x.value(), w, b);
    boolean trainable = weight.trainable() || (bias != null && bias.trainable());
    Variable output = tape.variable(y, x.needsGradient() || trainable);
    if (!tape.records() || !output.needsGradient()) {
      return output;
    }
    Tensor[] saved = weight.trainable() ? new Tensor[] {w, x.value()} : new Tensor[] {w};
    tape.record(
        output,
        () -> {
          Tensor dy = output.requireGradient();
          if (x.needsGradient()) {
            x.accumulateProduct(dy, w, 1.0);
          }
          if (weight.trainable()) {
            weight.accumulate(Kernels.product(dy.t(), x.value(), 1.0).reshape(weight.shape()));
          }
          if (bias != null && bias.trainable()) {
            bias.accumulate(dy.sum(0, false));
          }
        },
        saved);
    return output;
  }

  /** With a frozen matrix in fewer bits, whose products its own class makes. */
  private static Variable apply(
      Tape tape, Variable x, QuantisedMatrix matrix, @Nullable Weight bias) {
    Tensor b = bias == null ? null : bias.value(tape);
    Tensor y = tape.records() ? matrix.linear(x.value(), b) : matrix.fastLinear(x.value(), b);
    boolean trainable = bias != null && bias.trainable();
    Variable output = tape.variable(y, x.needsGradient() || trainable);
    if (tape.records() && output.needsGradient()) {
      // The matrix may be closed before its derivative runs; that keeps the memory.
      tape.record(
          output,
          () -> {
            Tensor dy = output.requireGradient();
            if (x.needsGradient()) {
              x.accumulateInputGradient(matrix, dy);
            }
            if (bias != null && trainable) {
              bias.accumulate(dy.sum(0, false));
            }
          },
          matrix.tensors());
    }
    return output;
  }

  /** With a frozen matrix that is still in its file, of which one part at a time is in memory. */
  private static Variable read(Tape tape, Variable x, Weight weight, @Nullable Weight bias) {
    if (tape.records()) {
      throw new IllegalStateException(weight.name() + " must be kept before anything is trained");
    }
    Tensor b = bias == null ? null : bias.value(tape);
    List<Tensor> columns =
        weight.read(
            (row, part) ->
                Kernels.linear(
                    x.value(),
                    part.to(tape.dtype()),
                    b == null ? null : b.narrow(0, row, part.size(0))));
    return tape.variable(columns.size() == 1 ? columns.get(0) : Tensors.cat(columns, 1), false);
  }

  private static Tensor matrix(Tensor weight) {
    return weight.rank() == 2 ? weight : weight.view(weight.size(0), -1);
  }

  private static Tensor plain(Tensor x, Tensor w, @Nullable Tensor bias) {
    Tensor y = x.matmul(w.t());
    return bias == null ? y : y.add(bias);
  }
}
