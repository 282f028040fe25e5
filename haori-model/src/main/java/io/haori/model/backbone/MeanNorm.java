package io.haori.model.backbone;

import io.haori.tensor.grad.LayerNorm;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalisation by mean and variance, see {@link LayerNorm}.
 *
 * @param gain {@code [hidden]}
 * @param shift {@code [hidden]}, null for none
 * @param epsilon added to the variance
 */
public record MeanNorm(Weight gain, @Nullable Weight shift, double epsilon) implements Norm {
  /**
   * Reads one.
   *
   * @param loader of the base's weights
   * @param name without {@code .weight} and {@code .bias}
   * @param width of the states
   * @param shifts whether it has a bias
   * @param epsilon added to the variance
   */
  public static MeanNorm load(
      WeightLoader loader, String name, int width, boolean shifts, double epsilon) {
    return new MeanNorm(
        loader.one(name + ".weight", width),
        shifts ? loader.one(name + ".bias", width) : null,
        epsilon);
  }

  @Override
  public Variable apply(Tape tape, Variable x) {
    return LayerNorm.apply(tape, x, null, gain, shift, epsilon);
  }

  @Override
  public Variable applyToSum(Tape tape, Variable x, Variable residual) {
    return LayerNorm.apply(tape, x, residual, gain, shift, epsilon);
  }

  @Override
  public List<Weight> weights() {
    return shift == null ? List.of(gain) : List.of(gain, shift);
  }
}
