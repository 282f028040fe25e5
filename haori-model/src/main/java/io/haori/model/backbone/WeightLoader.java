package io.haori.model.backbone;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.weights.Weights;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.quant.BasePrecision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Takes a base's weights out of their file: finds the prefix that the file puts before every name,
 * checks shapes, converts to what they are kept in.
 */
public final class WeightLoader {
  private final Weights weights;
  private final DType dtype;
  private final BasePrecision layers;
  private final boolean deferred;
  private final String prefix;
  private final List<Weight> made = new ArrayList<>();

  /**
   * A loader for one file.
   *
   * @param weights the base's tensors
   * @param precision how the matrices of the layers are kept
   * @param prefixes that the file may put before the names, for example {@code bert.}
   * @param probe a name that every base of the family has
   * @throws UserError when the file has it under no prefix
   */
  public WeightLoader(
      Weights weights, BasePrecision precision, List<String> prefixes, String probe) {
    this(weights, precision, false, prefixes, probe);
  }

  private WeightLoader(
      Weights weights,
      BasePrecision precision,
      boolean deferred,
      List<String> prefixes,
      String probe) {
    this.deferred = deferred;
    this.weights = weights;
    this.dtype = precision.otherWeights();
    this.layers = precision;
    this.prefix =
        prefixes.stream()
            .filter(candidate -> weights.contains(candidate + probe))
            .findFirst()
            .orElseThrow(
                () -> new UserError("the base must contain " + probe + ", found no such tensor"));
  }

  /**
   * A loader of a base whose matrices stay in the file until texts have been read, which say how
   * they are rounded to 8 bits: {@link Backbone#quantise}.
   *
   * @param weights the base's tensors; must stay open until then
   * @param prefixes that the file may put before the names
   * @param probe a name that every base of the family has
   * @throws UserError when the file has it under no prefix
   */
  public static WeightLoader deferring(Weights weights, List<String> prefixes, String probe) {
    BasePrecision dense = BasePrecision.of(BasePrecision.INT8.otherWeights());
    return new WeightLoader(weights, dense, true, prefixes, probe);
  }

  /** Whether the base has a tensor of this name, behind the prefix. */
  public boolean contains(String name) {
    return weights.contains(prefix + name);
  }

  /** Whether the file has a tensor of just this name. */
  public boolean containsPlain(String name) {
    return weights.contains(name);
  }

  /**
   * One tensor of the base.
   *
   * @param name behind the prefix
   * @param shape that it must have; empty for any
   */
  public Weight one(String name, long... shape) {
    return load(prefix + name, name, shape);
  }

  /**
   * A table of rows that tokens pick from, kept as the matrices of the layers are.
   *
   * @param name behind the prefix
   * @param shape that it must have
   */
  public Weight table(String name, long... shape) {
    if (deferred) {
      requireShape(prefix + name, weights.shape(prefix + name), shape);
      return deferred(List.of(name));
    }
    if (!layers.quantises()) {
      return one(name, shape);
    }
    return made(Weight.rounded(List.of(name), List.of(() -> shaped(prefix + name, shape)), layers));
  }

  /**
   * A tensor outside the base, whose name is in the file as it is.
   *
   * @param name of the tensor
   * @param shape that it must have; empty for any
   */
  public Weight plain(String name, long... shape) {
    return load(name, name, shape);
  }

  /**
   * Linear layers that read the same input, with biases.
   *
   * @param layer index of the layer that they belong to, or {@link Slot#NO_LAYER}
   * @param names without {@code .weight} and {@code .bias}
   */
  public AdaptedProducts products(int layer, String... names) {
    return AdaptedProducts.load(this, layer, true, names);
  }

  /**
   * Linear layers that read the same input.
   *
   * @param biases whether they have any
   * @param layer index of the layer that they belong to, or {@link Slot#NO_LAYER}
   * @param names without {@code .weight} and {@code .bias}
   */
  public AdaptedProducts products(boolean biases, int layer, String... names) {
    return AdaptedProducts.load(this, layer, biases, names);
  }

  /**
   * Linear layers that read the same input, without biases.
   *
   * @param layer index of the layer that they belong to, or {@link Slot#NO_LAYER}
   * @param names without {@code .weight}
   */
  public AdaptedProducts productsWithoutBias(int layer, String... names) {
    return AdaptedProducts.load(this, layer, false, names);
  }

  private Weight load(String stored, String name, long... shape) {
    try (Scope scope = Scope.open()) {
      return made(Weight.of(name, shaped(stored, shape).to(dtype)));
    }
  }

  private Tensor shaped(String stored, long... shape) {
    Tensor value = finite(stored);
    requireShape(stored, value.shape(), shape);
    return value;
  }

  private static void requireShape(String stored, long[] got, long... shape) {
    if (shape.length > 0 && !Arrays.equals(got, shape)) {
      throw new UserError(
          stored
              + " must have the shape "
              + Arrays.toString(shape)
              + ", got "
              + Arrays.toString(got));
    }
  }

  private Weight deferred(List<String> names) {
    List<Supplier<Tensor>> sources = new ArrayList<>();
    names.forEach(name -> sources.add(() -> finite(prefix + name).to(dtype)));
    List<long[]> shapes = names.stream().map(name -> weights.shape(prefix + name)).toList();
    return made(Weight.deferred(names, shapes, sources, dtype));
  }

  private Weight made(Weight weight) {
    made.add(weight);
    return weight;
  }

  /** Frees all that was loaded, when the rest of a base cannot be. */
  public void freeAll() {
    made.forEach(Weight::close);
  }

  /**
   * Matrices of a layer that read the same input, one below another.
   *
   * @param names behind the prefix
   */
  Weight matrices(List<String> names) {
    if (deferred) {
      return deferred(names);
    }
    if (!layers.quantises()) {
      return rows(names);
    }
    List<Supplier<Tensor>> sources = new ArrayList<>();
    names.forEach(name -> sources.add(() -> finite(prefix + name)));
    return made(Weight.rounded(names, sources, layers));
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
