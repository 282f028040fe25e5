package io.haori.tensor.quant;

import io.haori.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A frozen matrix {@code W [o, i]} in fewer bits, with the products that a linear layer needs. It
 * owns its memory, except what {@link #rows} and {@link #scaledRows} made, which share it.
 */
public interface QuantisedMatrix extends AutoCloseable {
  /** How its numbers are kept. */
  BasePrecision format();

  /** {@code o}. */
  long outputs();

  /** {@code i}. */
  long inputs();

  /** Bytes of all that it keeps. */
  long bytes();

  /** The numbers that it is for, F32 {@code [o, i]}, made anew at every call. */
  Tensor dense();

  /**
   * {@code x Wᵀ [+ b]}.
   *
   * @param x F32 or BF16 {@code [n, i]}
   * @param bias {@code [o]} of x's type, null for none
   * @return {@code [n, o]} of x's type
   */
  Tensor linear(Tensor x, @Nullable Tensor bias);

  /**
   * The same where nothing is learnt from the result: of few rows, x and the result may be rounded
   * to BF16, which is several times as fast.
   *
   * @param x F32 or BF16 {@code [n, i]}
   * @param bias {@code [o]} of x's type, null for none
   * @return {@code [n, o]} of x's type
   */
  default Tensor fastLinear(Tensor x, @Nullable Tensor bias) {
    return linear(x, bias);
  }

  /**
   * {@code dy W}, the gradient with respect to x of {@link #linear}.
   *
   * @param dy F32 or BF16 {@code [n, o]}
   * @return {@code [n, i]} of dy's type
   */
  Tensor inputGradient(Tensor dy);

  /**
   * Adds {@code dy W} to what is there.
   *
   * @param target dense, of dy's type {@code [n, i]}
   * @param dy F32 or BF16 {@code [n, o]}
   */
  default void addInputGradient(Tensor target, Tensor dy) {
    target.addInPlace(inputGradient(dy));
  }

  /**
   * The numbers that some of its rows are for.
   *
   * @param index I64 {@code [n]}
   * @return F32 {@code [n, i]}
   */
  Tensor rowsAt(Tensor index);

  /**
   * Some of its rows, sharing their memory.
   *
   * @param from the first
   * @param count how many
   */
  QuantisedMatrix rows(long from, long count);

  /**
   * This matrix with each row multiplied by {@code 1 + change}, sharing its codes.
   *
   * @param change F32 {@code [o]}
   */
  QuantisedMatrix scaledRows(Tensor change);

  /** What a derivative must keep to use it later. */
  Tensor[] tensors();

  /** Frees its hold on the memory. */
  @Override
  void close();
}
