package io.haori.model.weights;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Tensor;
import java.util.Set;

/**
 * Named tensors of a stored model, read when asked for. Names are those of Hugging Face, and the
 * weight of a linear layer is {@code [out, in]}, however the file stores it. Safe for use by
 * several threads.
 */
public interface Weights extends AutoCloseable {
  /** All names, in a stable order. */
  Set<String> names();

  /** Whether a tensor of this name is there. */
  boolean contains(String name);

  /**
   * Lengths of the dimensions.
   *
   * @param name one of {@link #names()}
   * @return a copy
   * @throws UserError when there is no such tensor
   */
  long[] shape(String name);

  /**
   * Type of the elements as stored.
   *
   * @param name one of {@link #names()}
   * @return the type
   * @throws UserError when there is no such tensor
   */
  DType dtype(String name);

  /**
   * Reads a tensor into native memory.
   *
   * @param name one of {@link #names()}
   * @return a tensor of the stored type, owned by the current scope
   * @throws UserError when there is no such tensor, or the file ends early
   */
  Tensor load(String name);

  /** Closes the files. Loaded tensors stay as they are. */
  @Override
  void close();
}
