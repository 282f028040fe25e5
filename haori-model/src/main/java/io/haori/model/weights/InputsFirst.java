package io.haori.model.weights;

import io.haori.core.weights.DType;
import io.haori.model.config.TransformersNames;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.Set;

/**
 * Weights of a family whose files hold some matrices as {@code [in, out]}; here they are {@code
 * [out, in]} as all others.
 */
public final class InputsFirst implements Weights {
  private final TransformersNames names;
  private final Weights stored;

  private InputsFirst(TransformersNames names, Weights stored) {
    this.names = names;
    this.stored = stored;
  }

  /**
   * Turns what has to be turned.
   *
   * @param names of the family
   * @param stored as in the file; closed with what this returns
   * @return the same tensors
   */
  public static Weights turned(TransformersNames names, Weights stored) {
    return names.inputsFirst().isEmpty() ? stored : new InputsFirst(names, stored);
  }

  @Override
  public Set<String> names() {
    return stored.names();
  }

  @Override
  public boolean contains(String name) {
    return stored.contains(name);
  }

  @Override
  public long[] shape(String name) {
    long[] shape = stored.shape(name);
    return isTurned(name, shape.length) ? new long[] {shape[1], shape[0]} : shape;
  }

  @Override
  public DType dtype(String name) {
    return stored.dtype(name);
  }

  @Override
  public Tensor load(String name) {
    try (Scope scope = Scope.open()) {
      Tensor tensor = stored.load(name);
      return scope.keep(isTurned(name, tensor.rank()) ? tensor.t().contiguous() : tensor);
    }
  }

  private boolean isTurned(String name, int rank) {
    return rank == 2 && names.storesInputsFirst(name);
  }

  @Override
  public void close() {
    stored.close();
  }
}
