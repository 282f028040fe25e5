package io.haori.tensor.grad;

import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalisation of a sum, {@code y = gain ⊙ (z − mean(z)) / √(var(z) + ε) + shift} with
 * {@code z = x + residual}, row by row (Ba et al. 2016, arXiv 1607.06450).
 */
public final class LayerNorm {
  private LayerNorm() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param x {@code [n, h]}; when there is a residual, the sum is left in its memory unless a
   *     derivative keeps the value, so it must be the fresh output of an operation
   * @param residual {@code [n, h]} or null
   * @param gain {@code [h]}
   * @param shift {@code [h]}, or null for none
   * @param epsilon added to the variance
   * @return {@code [n, h]}
   */
  public static Variable apply(
      Tape tape,
      Variable x,
      @Nullable Variable residual,
      Weight gain,
      @Nullable Weight shift,
      double epsilon) {
    Tensor sum = residual == null ? x.value() : sum(tape, x, residual);
    Tensor gainValue = gain.value(tape);
    Tensor shiftValue = shift == null ? null : shift.value(tape);
    Kernels.LayerNormResult result = Kernels.layerNorm(sum, gainValue, shiftValue, epsilon);
    boolean trainable = gain.trainable() || (shift != null && shift.trainable());
    boolean needsGradient =
        x.needsGradient() || trainable || (residual != null && residual.needsGradient());
    Variable output = tape.variable(result.output(), needsGradient);
    if (!tape.records() || !needsGradient) {
      return output;
    }
    tape.record(
        output,
        () -> {
          Tensor[] gradients =
              Kernels.layerNormBackward(
                  output.requireGradient(),
                  sum,
                  result.mean(),
                  result.inverseDeviation(),
                  gainValue,
                  shiftValue,
                  trainable);
          if (trainable) {
            gain.accumulate(gradients[1]);
            if (shift != null) {
              shift.accumulate(gradients[2]);
            }
          }
          if (x.needsGradient()) {
            x.accumulate(gradients[0]);
          }
          if (residual != null && residual.needsGradient()) {
            residual.accumulate(gradients[0]);
          }
        },
        saved(sum, result, gainValue, shiftValue));
    return output;
  }

  private static Tensor[] saved(
      Tensor sum, Kernels.LayerNormResult result, Tensor gain, @Nullable Tensor shift) {
    return shift == null
        ? new Tensor[] {sum, result.mean(), result.inverseDeviation(), gain}
        : new Tensor[] {sum, result.mean(), result.inverseDeviation(), gain, shift};
  }

  private static Tensor sum(Tape tape, Variable x, Variable residual) {
    return x.valueIsKept() || tape.differentiatesTwice()
        ? x.value().add(residual.value())
        : x.value().addInPlace(residual.value());
  }
}
