package io.haori.model.backbone.part;

import io.haori.model.backbone.Norm;
import io.haori.model.backbone.WeightLoader;
import io.haori.tensor.grad.RmsNorm;
import io.haori.tensor.grad.Sum;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.List;

/**
 * Normalisation by the root mean square, see {@link RmsNorm}.
 *
 * @param gain {@code [hidden]}
 * @param epsilon added to the mean square
 */
public record RootMeanSquareNorm(Weight gain, double epsilon) implements Norm {
  /**
   * Reads one.
   *
   * @param loader of the base's weights
   * @param name without {@code .weight}
   * @param width of the states
   * @param epsilon added to the mean square
   */
  public static RootMeanSquareNorm load(
      WeightLoader loader, String name, int width, double epsilon) {
    return new RootMeanSquareNorm(loader.one(name + ".weight", width), epsilon);
  }

  @Override
  public Variable apply(Tape tape, Variable x) {
    return RmsNorm.apply(tape, x, gain, epsilon);
  }

  @Override
  public Variable applyToSum(Tape tape, Variable x, Variable residual) {
    return apply(tape, Sum.apply(tape, x, residual));
  }

  @Override
  public List<Weight> weights() {
    return List.of(gain);
  }
}
