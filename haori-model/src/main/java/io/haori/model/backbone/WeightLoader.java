package io.haori.model.backbone;

import io.haori.check.UserError;
import io.haori.model.weights.Weights;
import io.haori.tensor.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes the base's weights out of their file: finds the prefix that the file puts before every
 * name, checks shapes, converts to the type that they shall be kept in.
 */
final class WeightLoader {
  private static final List<String> PREFIXES = List.of("", "bert.", "roberta.", "model.");

  private final Weights weights;
  private final DType dtype;
  private final String prefix;
  private final List<Weight> made = new ArrayList<>();

  WeightLoader(Weights weights, DType dtype) {
    this.weights = weights;
    this.dtype = dtype;
    String probe = "embeddings.word_embeddings.weight";
    this.prefix =
        PREFIXES.stream()
            .filter(candidate -> weights.contains(candidate + probe))
            .findFirst()
            .orElseThrow(
                () -> new UserError("the base must contain " + probe + ", found no such tensor"));
  }

  boolean contains(String name) {
    return weights.contains(prefix + name);
  }

  boolean containsPlain(String name) {
    return weights.contains(name);
  }

  Weight one(String name, long... shape) {
    return load(prefix + name, name, shape);
  }

  /** A tensor outside the backbone, whose name stands in the file as it is. */
  Weight plain(String name, long... shape) {
    return load(name, name, shape);
  }

  private Weight load(String stored, String name, long... shape) {
    try (Scope scope = Scope.open()) {
      Tensor value = finite(stored);
      if (shape.length > 0 && !Arrays.equals(value.shape(), shape)) {
        throw new UserError(
            stored
                + " must have the shape "
                + Arrays.toString(shape)
                + ", got "
                + Arrays.toString(value.shape()));
      }
      return made(Weight.of(name, value.to(dtype)));
    }
  }

  private Weight made(Weight weight) {
    made.add(weight);
    return weight;
  }

  /** Frees all that was loaded, when the rest of a base cannot be. */
  void freeAll() {
    made.forEach(Weight::close);
  }

  Weight rows(List<String> names) {
    if (names.size() == 1) {
      return one(names.get(0));
    }
    try (Scope scope = Scope.open()) {
      List<Tensor> values = new ArrayList<>();
      for (String name : names) {
        values.add(finite(prefix + name).to(dtype));
      }
      return made(Weight.rows(names, values));
    }
  }

  /** Reads a tensor, which must not poison every result: NaN and infinity spread. */
  private Tensor finite(String stored) {
    Tensor value = weights.load(stored);
    if (!value.isFinite()) {
      throw new UserError(
          "the base's tensor " + stored + " must hold finite numbers, got NaN or infinity");
    }
    return value;
  }
}
