package io.haori.model.backbone;

import io.haori.tensor.grad.LayerNorm;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalisation with its weights.
 *
 * @param gain {@code [hidden]}
 * @param shift {@code [hidden]}, null for none
 * @param epsilon added to the variance
 */
public record Norm(Weight gain, @Nullable Weight shift, double epsilon) implements AutoCloseable {
  /**
   * Reads one.
   *
   * @param loader of the base's weights
   * @param name without {@code .weight} and {@code .bias}
   * @param width of the states
   * @param shifts whether it has a bias
   * @param epsilon added to the variance
   */
  public static Norm load(
      WeightLoader loader, String name, int width, boolean shifts, double epsilon) {
    return new Norm(
        loader.one(name + ".weight", width),
        shifts ? loader.one(name + ".bias", width) : null,
        epsilon);
  }

  /** {@code [n, hidden]} to the same shape. */
  public Variable apply(Tape tape, Variable x) {
    return LayerNorm.apply(tape, x, null, gain, shift, epsilon);
  }

  /**
   * Normalises a sum.
   *
   * @param x {@code [n, hidden]}, the fresh output of an operation: its memory may take the sum
   * @param residual {@code [n, hidden]}
   */
  public Variable applyToSum(Tape tape, Variable x, Variable residual) {
    return LayerNorm.apply(tape, x, residual, gain, shift, epsilon);
  }

  /** Its weights. */
  public List<Weight> weights() {
    List<Weight> all = new ArrayList<>();
    all.add(gain);
    if (shift != null) {
      all.add(shift);
    }
    return all;
  }

  @Override
  public void close() {
    weights().forEach(Weight::close);
  }
}
