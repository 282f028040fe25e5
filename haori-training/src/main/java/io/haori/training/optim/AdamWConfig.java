package io.haori.training.optim;

import static io.haori.core.check.Check.require;

import io.haori.core.json.SettingsReader;
import java.util.Map;

/**
 * What can be chosen for {@link AdamW}.
 *
 * @param learningRate the highest one, which a {@link Schedule} scales; above 0, at most 1e6
 * @param beta1 share of the first moment that a step keeps; in [0, 1)
 * @param beta2 share of the second moment that a step keeps; in [0, 1)
 * @param epsilon added to the denominator; in [1e-30, 1], so that it is above 0 in F32 too
 * @param weightDecay share of a value, times the learning rate, that a step takes away; at least 0,
 *     at most 1e6
 */
public record AdamWConfig(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
  /** The usual choice for adapters. */
  public static final AdamWConfig DEFAULT = new AdamWConfig(5e-4, 0.9, 0.999, 1e-8, 0.01);

  /** Far above what trains anything; beyond the range of F32 the engine would refuse the number. */
  static final double MOST = 1e6;

  /** Checks the bounds. */
  public AdamWConfig {
    require(
        learningRate > 0 && learningRate <= MOST,
        "training.learningRate",
        "above 0 and at most " + MOST,
        learningRate);
    require(beta1 >= 0 && beta1 < 1, "training.beta1", "in [0, 1)", beta1);
    require(beta2 >= 0 && beta2 < 1, "training.beta2", "in [0, 1)", beta2);
    require(epsilon >= 1e-30 && epsilon <= 1, "training.epsilon", "in [1e-30, 1]", epsilon);
    require(
        weightDecay >= 0 && weightDecay <= MOST,
        "training.weightDecay",
        "at least 0 and at most " + MOST,
        weightDecay);
  }

  /**
   * The choices that settings describe, under the names of {@link #byName}.
   *
   * @param settings of a run
   * @param otherwise what is not given
   */
  public static AdamWConfig read(SettingsReader settings, AdamWConfig otherwise) {
    SettingsReader training = settings.within("training");
    return new AdamWConfig(
        training.number("learningRate", otherwise.learningRate),
        training.number("beta1", otherwise.beta1),
        training.number("beta2", otherwise.beta2),
        training.number("epsilon", otherwise.epsilon),
        training.number("weightDecay", otherwise.weightDecay));
  }

  /** All choices by the names that {@code --set} has for them. */
  public Map<String, Object> byName() {
    return Map.of(
        "training.learningRate", learningRate,
        "training.beta1", beta1,
        "training.beta2", beta2,
        "training.epsilon", epsilon,
        "training.weightDecay", weightDecay);
  }

  /** The same but for the learning rate. */
  public AdamWConfig withLearningRate(double newLearningRate) {
    return new AdamWConfig(newLearningRate, beta1, beta2, epsilon, weightDecay);
  }
}
