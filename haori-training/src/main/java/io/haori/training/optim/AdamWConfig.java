package io.haori.training.optim;

import static io.haori.check.Check.require;

/**
 * What can be chosen for {@link AdamW}.
 *
 * @param learningRate the highest one, which a {@link Schedule} scales; finite, above 0
 * @param beta1 share of the first moment that a step keeps; in [0, 1)
 * @param beta2 share of the second moment that a step keeps; in [0, 1)
 * @param epsilon added to the denominator; finite, above 0
 * @param weightDecay share of a value, times the learning rate, that a step takes away; finite, at
 *     least 0
 */
public record AdamWConfig(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
  /** The usual choice for adapters. */
  public static final AdamWConfig DEFAULT = new AdamWConfig(5e-4, 0.9, 0.999, 1e-8, 0.01);

  /** Checks the bounds. */
  public AdamWConfig {
    require(
        learningRate > 0 && learningRate <= Double.MAX_VALUE,
        "training.learningRate",
        "finite and above 0",
        learningRate);
    require(beta1 >= 0 && beta1 < 1, "training.beta1", "in [0, 1)", beta1);
    require(beta2 >= 0 && beta2 < 1, "training.beta2", "in [0, 1)", beta2);
    require(
        epsilon > 0 && epsilon <= Double.MAX_VALUE,
        "training.epsilon",
        "finite and above 0",
        epsilon);
    require(
        weightDecay >= 0 && weightDecay <= Double.MAX_VALUE,
        "training.weightDecay",
        "finite and at least 0",
        weightDecay);
  }

  /** The same but for the learning rate. */
  public AdamWConfig withLearningRate(double newLearningRate) {
    return new AdamWConfig(newLearningRate, beta1, beta2, epsilon, weightDecay);
  }
}
