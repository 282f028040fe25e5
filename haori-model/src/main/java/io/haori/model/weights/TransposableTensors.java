package io.haori.model.weights;

import io.haori.core.weights.DType;
import io.haori.core.weights.StoredTensor;
import io.haori.core.weights.WeightFiles;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * Tensors at known places of one file, some of which are matrices stored {@code [in, out]} and
 * turned into {@code [out, in]} as they are loaded.
 */
final class TransposableTensors implements Weights {
  private final Path file;
  private final FileChannel channel;
  private final Map<String, StoredTensor> tensors;
  private final Set<String> transposed;

  /**
   * Takes over an open file.
   *
   * @param tensors by name; every one lies inside the file
   * @param transposed names of matrices to be transposed
   */
  TransposableTensors(
      Path file, FileChannel channel, Map<String, StoredTensor> tensors, Set<String> transposed) {
    this.file = file;
    this.channel = channel;
    this.tensors = tensors;
    this.transposed = transposed;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    long[] shape = WeightFiles.find(file, tensors, name).shape();
    return transposed.contains(name) ? new long[] {shape[1], shape[0]} : shape;
  }

  @Override
  public DType dtype(String name) {
    return WeightFiles.find(file, tensors, name).dtype();
  }

  @Override
  public Tensor load(String name) {
    StoredTensor stored = WeightFiles.find(file, tensors, name);
    if (!transposed.contains(name)) {
      return StoredTensors.load(stored, channel, file, name);
    }
    try (Scope scope = Scope.open()) {
      return scope.keep(StoredTensors.load(stored, channel, file, name).t().contiguous());
    }
  }

  @Override
  public void close() {
    WeightFiles.close(channel);
  }
}
