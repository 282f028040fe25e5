package io.haori.training.privacy;

import static io.haori.core.check.Check.require;

/**
 * Steps of a fit with noise: what the privacy that they cost depends on.
 *
 * @param samplingRate probability of each row to be in a step, in (0, 1]
 * @param noiseMultiplier the noise's deviation over the bound of a row's gradient; above 0
 * @param steps at least 1
 */
public record NoisySteps(double samplingRate, double noiseMultiplier, int steps) {
  /** Checks the bounds. */
  public NoisySteps {
    require(samplingRate > 0 && samplingRate <= 1, "sampling rate", "in (0, 1]", samplingRate);
    require(
        noiseMultiplier > 0 && noiseMultiplier <= Double.MAX_VALUE,
        "noise multiplier",
        "finite and above 0",
        noiseMultiplier);
    require(steps >= 1, "steps with noise", "at least 1", steps);
  }
}
