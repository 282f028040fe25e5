package io.haori.adapter.sparse;

import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Scores of a module's units, gathered over the steps. With {@code s} the sum of {@code w · g} over
 * the numbers of a component, which is the derivative by a factor on it times the factor:
 *
 * <pre>{@code
 * random       uniform in [0, 1), the same at every step
 * magnitude    Π over the component's matrices of their part's norm: for LoRA ‖Bⱼ‖ ‖Aⱼ‖, the size
 *              of its update; |w| for a single number
 * SNIP         σ ← 0.85 σ + |s|
 * movement     σ ← σ − s
 * }</pre>
 *
 * A whole layer is scored by the sum over its components.
 */
final class ScoreBoard {
  /** AdaLoRA's choice. */
  private static final float SMOOTHING = 0.85f;

  private final Score score;
  private final Units units;

  /** By component; only read where the score looks at gradients or at nothing at all. */
  private final float[] gathered;

  /**
   * Scores of nothing yet.
   *
   * @param score how units are scored
   * @param units of the module
   * @param seed of the random scores
   */
  ScoreBoard(Score score, Units units, long seed) {
    this.score = score;
    this.units = units;
    this.gathered = new float[score == Score.MAGNITUDE ? 0 : units.components()];
    if (score == Score.RANDOM) {
      SplittableRandom random = new SplittableRandom(Seeds.of(seed, Purpose.SCORES));
      for (int i = 0; i < gathered.length; i++) {
        gathered[i] = (float) random.nextDouble();
      }
    }
  }

  /**
   * Looks at a step.
   *
   * @param values of all numbers
   * @param gradients of all numbers
   */
  void observe(float[] values, float[] gradients) {
    if (!score.readsGradients()) {
      return;
    }
    float[] sums = new float[gathered.length];
    for (int i = 0; i < values.length; i++) {
      int component = units.componentOf(i);
      if (component != Units.NONE) {
        sums[component] += values[i] * gradients[i];
      }
    }
    for (int i = 0; i < sums.length; i++) {
      gathered[i] =
          score == Score.SNIP ? SMOOTHING * gathered[i] + Math.abs(sums[i]) : gathered[i] - sums[i];
    }
  }

  /**
   * The scores as they are.
   *
   * @param values of all numbers
   * @return by unit
   */
  float[] scores(float[] values) {
    float[] byComponent = score == Score.MAGNITUDE ? magnitudes(values) : gathered;
    if (units.structure() != Structure.LAYER) {
      return byComponent.clone();
    }
    float[] byLayer = new float[units.count()];
    for (int component = 0; component < byComponent.length; component++) {
      byLayer[units.unitOf(component)] += byComponent[component];
    }
    return byLayer;
  }

  private float[] magnitudes(float[] values) {
    float[] products = new float[units.components()];
    Arrays.fill(products, 1);
    for (Units.Part part : units.parts()) {
      boolean matrix = part.parameter().value().rank() > 1;
      if (units.structure() == Structure.NONE || (matrix && part.dimension() != Units.NONE)) {
        multiply(products, values, part);
      }
    }
    return products;
  }

  private void multiply(float[] products, float[] values, Units.Part part) {
    double[] squares = new double[products.length];
    int first = Integer.MAX_VALUE;
    int last = -1;
    for (int i = part.offset(); i < part.offset() + part.count(); i++) {
      int component = units.componentOf(i);
      squares[component] += (double) values[i] * values[i];
      first = Math.min(first, component);
      last = Math.max(last, component);
    }
    for (int component = first; component <= last; component++) {
      products[component] *= (float) Math.sqrt(squares[component]);
    }
  }

  /** What was gathered, to be stored. */
  float[] gathered() {
    return gathered.clone();
  }

  /** Goes back to what was gathered before. */
  void restore(float[] earlier) {
    System.arraycopy(earlier, 0, gathered, 0, gathered.length);
  }
}
