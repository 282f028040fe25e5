package io.haori.tensor.grad;

import io.haori.core.weights.DType;
import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.quant.QuantisedMatrix;
import org.jspecify.annotations.Nullable;

/**
 * A value on a {@link Tape} and, while the tape runs backwards, the gradient of the loss with
 * respect to it. The value belongs to the scope it was made in; the gradient belongs to the tape.
 */
public final class Variable {
  private final Tensor value;
  private final DType dtype;
  private final long[] shape;
  private boolean needsGradient;
  private boolean ownsGradient;
  private boolean kept;
  private final boolean beganAsConstant;
  private boolean onTape;
  private @Nullable Tensor gradient;

  Variable(Tensor value, boolean needsGradient) {
    this.value = value;
    // The value may be freed before its gradient is asked for.
    this.dtype = value.dtype();
    this.shape = value.shape();
    this.needsGradient = needsGradient;
    this.beganAsConstant = !needsGradient;
  }

  /** The value. */
  public Tensor value() {
    return value;
  }

  /** Whether something trainable lies behind this value. */
  public boolean needsGradient() {
    return needsGradient;
  }

  /** Marks that something trainable was added to the value in place. */
  public void markNeedsGradient() {
    needsGradient = true;
  }

  /** Marks that a derivative reads the value, which therefore nobody may change in place now. */
  public void keepValue() {
    kept = true;
  }

  /** Whether the value must stay as it is. */
  public boolean valueIsKept() {
    return kept;
  }

  /** The gradient gathered so far, of the value's shape and type; null before the first. */
  public @Nullable Tensor gradient() {
    return gradient;
  }

  /** The gradient, which an operation's derivative may rely on. */
  public Tensor requireGradient() {
    if (gradient == null) {
      throw new IllegalStateException("no gradient has arrived");
    }
    return gradient;
  }

  /**
   * Adds a contribution.
   *
   * @param contribution of the value's shape and type; may also be the gradient of another variable
   */
  public void accumulate(Tensor contribution) {
    if (gradient == null) {
      gradient = contribution.retain();
      ownsGradient = false;
    } else if (ownsGradient) {
      gradient.addInPlace(contribution);
    } else {
      replaceGradient(gradient.add(contribution));
    }
  }

  /**
   * Adds the product of two matrices, {@code factor · a b}.
   *
   * @param a {@code [n, k]}
   * @param b {@code [k, m]}
   * @param factor scales the product
   */
  public void accumulateProduct(Tensor a, Tensor b, double factor) {
    if (gradient == null) {
      replaceGradient(Kernels.product(a, b, factor));
    } else if (ownsGradient) {
      Kernels.addProductInPlace(gradient, a, b, factor);
    } else {
      replaceGradient(Kernels.productPlus(gradient, a, b, factor));
    }
  }

  /**
   * Adds {@code dy W} of a matrix in fewer bits.
   *
   * @param matrix {@code [m, k]}
   * @param dy {@code [n, m]}
   */
  void accumulateInputGradient(QuantisedMatrix matrix, Tensor dy) {
    if (gradient == null) {
      replaceGradient(matrix.inputGradient(dy));
    } else if (ownsGradient && gradient.isDense()) {
      matrix.addInputGradient(gradient, dy);
    } else {
      replaceGradient(matrix.inputGradient(dy).addInPlace(gradient));
    }
  }

  /**
   * The gradient so far as a tensor that may be changed in place: zeros before the first
   * contribution.
   */
  public Tensor writableGradient() {
    if (gradient == null) {
      replaceGradient(Tensors.zeros(dtype, shape));
    } else if (!ownsGradient) {
      replaceGradient(gradient.copy());
    }
    return requireGradient();
  }

  /**
   * Hands the gradient over: its memory lives in the caller's scope, and this variable has none.
   *
   * @return of the value's shape and type
   */
  public Tensor takeGradient() {
    Tensor taken = requireGradient().view(shape);
    clearGradient();
    return taken;
  }

  /** Puts a freshly made sum, which contains the gradient so far, in its place. */
  private void replaceGradient(Tensor sum) {
    Tensor old = gradient;
    gradient = sum.retain();
    ownsGradient = true;
    if (old != null) {
      old.close();
    }
  }

  /** Whether nothing trainable lay behind it when it was made. */
  boolean beganAsConstant() {
    return beganAsConstant;
  }

  /** Whether an operation on it is remembered. */
  boolean isOnTape() {
    return onTape;
  }

  void putOnTape() {
    onTape = true;
  }

  void clearGradient() {
    if (gradient != null) {
      gradient.close();
      gradient = null;
    }
  }
}
