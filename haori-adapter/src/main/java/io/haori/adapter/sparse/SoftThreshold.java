package io.haori.adapter.sparse;

import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.Arrays;

/**
 * The proximal step of an L1 penalty: after the optimizer has moved a number, it is drawn to zero
 * by {@code t = rate · learning rate factor of its parameter}, and exactly to zero when it is that
 * near.
 *
 * <pre>{@code
 * single numbers      w ← sign(w) · max(|w| − t, 0)
 * components, layers  W ← W · max(1 − t √n / ‖W‖, 0)
 * }</pre>
 *
 * The second is the penalty on the norms of the units (group lasso, Yuan and Lin 2006), with {@code
 * n} the numbers of a unit, so that one strength means the same for both.
 */
final class SoftThreshold {
  private SoftThreshold() {}

  /**
   * Draws all numbers of the units to zero.
   *
   * @param units of the module
   * @param rate learning rate of the step times the penalty's strength
   */
  static void apply(Units units, double rate) {
    if (units.structure() == Structure.NONE) {
      for (Units.Part part : units.parts()) {
        single(part.parameter().value(), rate * part.rate());
      }
    } else {
      together(units, rate);
    }
  }

  private static void single(Tensor value, double threshold) {
    try (Scope scope = Scope.open()) {
      Tensor above = value.add(-threshold).relu();
      Tensor below = value.mul(-1).add(-threshold).relu();
      value.copyInPlace(above.sub(below));
    }
  }

  private static void together(Units units, double rate) {
    float[] values = units.values();
    double[] squares = new double[units.count()];
    for (int i = 0; i < values.length; i++) {
      int component = units.componentOf(i);
      if (component != Units.NONE) {
        squares[units.unitOf(component)] += (double) values[i] * values[i];
      }
    }
    int[] costs = units.costs();
    for (Units.Part part : units.parts()) {
      float[] changed = Arrays.copyOfRange(values, part.offset(), part.offset() + part.count());
      for (int i = 0; i < changed.length; i++) {
        int component = units.componentOf(part.offset() + i);
        if (component != Units.NONE) {
          int unit = units.unitOf(component);
          double threshold = rate * part.rate() * Math.sqrt(costs[unit]);
          double norm = Math.sqrt(squares[unit]);
          changed[i] *= (float) (norm > threshold ? 1 - threshold / norm : 0);
        }
      }
      try (Scope scope = Scope.open()) {
        Tensor value = part.parameter().value();
        value.copyInPlace(Tensors.of(changed, value.shape()));
      }
    }
  }
}
