package io.haori.training.privacy;

import static io.haori.core.check.Check.require;

/**
 * How little a fit is to give away of each training row (Abadi et al. 2016, DP-SGD, arXiv
 * 1607.00133): with probability {@code 1 − δ} no outcome is more than {@code e^ε} times as likely
 * with the row as without it.
 *
 * @param epsilon ε, finite, above 0
 * @param delta δ, in (0, 1)
 * @param clip bound of each row's gradient over all parameters; finite, above 0
 */
public record Privacy(double epsilon, double delta, double clip) {
  /** The usual bound of a row's gradient. */
  public static final double DEFAULT_CLIP = 1.0;

  /** Checks the bounds. */
  public Privacy {
    require(epsilon > 0 && epsilon <= Double.MAX_VALUE, "epsilon", "finite and above 0", epsilon);
    require(delta > 0 && delta < 1, "delta", "in (0, 1)", delta);
    require(clip > 0 && clip <= Double.MAX_VALUE, "clip", "finite and above 0", clip);
  }

  /**
   * The noise that keeps it.
   *
   * @param rows training rows; at least 1
   * @param batchSize rows of a step on average; at least 1
   * @param epochs at least 1
   */
  public NoisySteps steps(int rows, int batchSize, int epochs) {
    double rate = Math.min(1, (double) batchSize / rows);
    int steps = Math.multiplyExact(epochs, batches(rows, batchSize));
    return new NoisySteps(rate, PrivacyAccountant.noise(epsilon, delta, rate, steps), steps);
  }

  /**
   * Steps of an epoch.
   *
   * @param rows training rows
   * @param batchSize rows of a step on average
   */
  public static int batches(int rows, int batchSize) {
    return Math.max(1, (rows + batchSize - 1) / batchSize);
  }
}
