package io.haori.tensor.grad;

import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * A trainable tensor with its name, its value in F32 and its gradient. Whatever the precision of
 * the computation, the value that the optimizer moves is F32. Both tensors live until {@link
 * #close()}, the gradient only until {@link #freeze()}.
 */
public final class Parameter implements AutoCloseable {
  private final String name;
  private Tensor value;
  private @Nullable Tensor gradient;

  /**
   * Takes a value as a trainable parameter.
   *
   * @param name unique in its model; what files and messages call it
   * @param value F32; retained here
   */
  public Parameter(String name, Tensor value) {
    if (value.dtype() != DType.F32) {
      throw new IllegalArgumentException(name + " must be F32, got " + value.dtype());
    }
    this.name = name;
    this.value = value.retain();
    this.gradient = Tensors.zeros(DType.F32, value.shape()).retain();
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The value, F32. */
  public Tensor value() {
    return value;
  }

  /** The gradient gathered since it was last zeroed, F32, of the value's shape. */
  public Tensor gradient() {
    if (gradient == null) {
      throw new IllegalStateException(name + " is frozen and has no gradient");
    }
    return gradient;
  }

  /** Whether it still learns. */
  public boolean trainable() {
    return gradient != null;
  }

  /** Frees the gradient for good: from here on the value only serves, in half the memory. */
  public void freeze() {
    if (gradient != null) {
      gradient.close();
      gradient = null;
    }
  }

  /** Number of elements. */
  public long count() {
    return value.count();
  }

  /**
   * Adds a contribution to the gradient; a frozen parameter ignores it.
   *
   * @param contribution of the value's shape, any floating type
   */
  public void accumulate(Tensor contribution) {
    if (gradient != null) {
      gradient.addInPlace(contribution);
    }
  }

  /**
   * Adds a scaled contribution to the gradient; a frozen parameter ignores it.
   *
   * @param contribution of the value's shape, any floating type
   * @param factor scales it
   */
  public void accumulate(Tensor contribution, double factor) {
    if (gradient != null) {
      gradient.addScaledInPlace(contribution, factor);
    }
  }

  /**
   * Moves value and gradient into memory that an optimizer owns, so that it can treat many
   * parameters as one array. The value is copied there, the gradient starts at zero.
   *
   * @param newValue F32 view of the value's shape; retained here
   * @param newGradient F32 view of the value's shape; retained here
   */
  public void moveTo(Tensor newValue, Tensor newGradient) {
    gradient().close();
    newValue.copyInPlace(value);
    newGradient.zeroInPlace();
    value.close();
    value = newValue.retain();
    gradient = newGradient.retain();
  }

  @Override
  public void close() {
    value.close();
    freeze();
  }

  @Override
  public String toString() {
    return name + " " + value;
  }
}
