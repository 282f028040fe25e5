package io.haori.tensor.grad;

import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;

/**
 * Normalisation by the root mean square (Zhang and Sennrich 2019, arXiv 1910.07467), row by row; in
 * F32, whatever the type of the pass.
 *
 * <pre>{@code
 * z = x / √(mean(x²) + ε)      y = gain ⊙ z      dx = (g − z · mean(g ⊙ z)) / √(mean(x²) + ε),
 * [n,h]                        [n,h]             g = gain ⊙ dy
 * }</pre>
 */
public final class RmsNorm {
  private RmsNorm() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param x {@code [n, h]}
   * @param gain {@code [h]}
   * @param epsilon added to the mean square
   * @return {@code [n, h]}
   */
  public static Variable apply(Tape tape, Variable x, Weight gain, double epsilon) {
    Tensor gainValue = gain.value(tape);
    Rows rows = Rows.of(x.value(), epsilon);
    boolean trainable = gain.trainable();
    Variable output =
        tape.variable(rows.normalised().mul(gainValue), x.needsGradient() || trainable);
    if (tape.records() && output.needsGradient()) {
      tape.record(
          output,
          () -> {
            Tensor dy = output.requireGradient();
            if (trainable) {
              gain.accumulate(rows.gainGradient(dy).sum(0, false));
            }
            if (x.needsGradient()) {
              x.accumulate(rows.inputGradient(dy.mul(gainValue)));
            }
          },
          rows.normalised(),
          rows.inverse(),
          gainValue);
    }
    return output;
  }

  /**
   * Rows of the last dimension after normalisation, with what the derivative needs.
   *
   * @param normalised {@code z}, in the type and of the shape of the input
   * @param inverse {@code 1 / √(mean(x²) + ε)}, F32, of that shape with one number a row
   */
  record Rows(Tensor normalised, Tensor inverse) {
    static Rows of(Tensor x, double epsilon) {
      Tensor wide = x.to(DType.F32);
      Tensor inverse = wide.square().mean(x.rank() - 1, true).add(epsilon).reciprocalSqrt();
      return new Rows(wide.mul(inverse).to(x.dtype()), inverse);
    }

    /** Of {@code g}, the gradient of z, that of x. */
    Tensor inputGradient(Tensor g) {
      Tensor wide = g.to(DType.F32);
      Tensor z = normalised.to(DType.F32);
      Tensor along = wide.mul(z).mean(g.rank() - 1, true);
      return wide.sub(z.mul(along)).mul(inverse).to(g.dtype());
    }

    /** Each row's part of the gain's gradient, F32. */
    Tensor gainGradient(Tensor dy) {
      return dy.to(DType.F32).mul(normalised.to(DType.F32));
    }
  }
}
