package io.haori.tensor.grad;

import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;

/**
 * Cross entropy of each row, in F32.
 *
 * <pre>{@code
 * l[i] = −log softmax(x[i])[class[i]]        dx[i] = dl[i] · (softmax(x[i]) − onehot(class[i]))
 * }</pre>
 */
public final class CrossEntropy {
  private CrossEntropy() {}

  /**
   * Applies it.
   *
   * @param tape remembers the derivative
   * @param logits {@code [m, v]}
   * @param classes I64 {@code [m, 1]}, each in {@code [0, v)}
   * @return F32 {@code [m, 1]}
   */
  public static Variable apply(Tape tape, Variable logits, Tensor classes) {
    Tensor logProbabilities = logits.value().to(DType.F32).logSoftmax();
    Tensor losses = logProbabilities.gather(1, classes).mul(-1);
    DType dtype = logits.value().dtype();
    Variable output = tape.variable(losses, logits.needsGradient());
    if (tape.records() && logits.needsGradient()) {
      tape.record(
          output,
          () -> {
            Tensor gradient = output.requireGradient();
            Tensor dx = logProbabilities.exp().mulInPlace(gradient);
            dx.scatterAddInPlace(1, classes, gradient.mul(-1));
            logits.accumulate(dx.to(dtype));
          },
          logProbabilities,
          classes);
    }
    return output;
  }
}
