package io.haori.model.weights;

import io.haori.core.check.Check;
import io.haori.core.weights.DType;
import io.haori.core.weights.WeightFiles;
import io.haori.tensor.Tensor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Weights under the names of today. Checkpoints made before 2019 call the parts of a layer
 * normalisation {@code gamma} and {@code beta}; they are {@code weight} and {@code bias} here.
 */
public final class CurrentNames implements Weights {
  private final Weights stored;
  private final Map<String, String> storedNames;

  private CurrentNames(Weights stored, Map<String, String> storedNames) {
    this.stored = stored;
    this.storedNames = storedNames;
  }

  /**
   * Renames what has an old name.
   *
   * @param file named first in messages
   * @param stored closed with what this returns
   * @return the same tensors
   * @throws io.haori.core.check.UserError when a tensor is there under both names
   */
  public static Weights of(Path file, Weights stored) {
    Map<String, String> storedNames = new TreeMap<>();
    for (String name : stored.names()) {
      String other = storedNames.put(current(name), name);
      if (other != null) {
        String both = WeightFiles.quote(other) + " and " + WeightFiles.quote(name);
        throw Check.in(file, "must have one tensor for " + current(name) + ", got " + both);
      }
    }
    boolean asStored = storedNames.keySet().equals(stored.names());
    return asStored ? stored : new CurrentNames(stored, storedNames);
  }

  private static String current(String name) {
    if (name.endsWith(".gamma")) {
      return name.substring(0, name.length() - "gamma".length()) + "weight";
    }
    return name.endsWith(".beta")
        ? name.substring(0, name.length() - "beta".length()) + "bias"
        : name;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(storedNames.keySet());
  }

  @Override
  public boolean contains(String name) {
    return storedNames.containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    return stored.shape(storedName(name));
  }

  @Override
  public DType dtype(String name) {
    return stored.dtype(storedName(name));
  }

  @Override
  public Tensor load(String name) {
    return stored.load(storedName(name));
  }

  /** A name that is not there is left to the file, which says so. */
  private String storedName(String name) {
    return storedNames.getOrDefault(name, name);
  }

  @Override
  public void close() {
    stored.close();
  }
}
