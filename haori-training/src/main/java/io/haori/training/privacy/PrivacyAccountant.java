package io.haori.training.privacy;

import static io.haori.core.check.Check.require;

import java.util.List;

/**
 * Bounds what steps with noise give away of a single row, by Rényi differential privacy.
 *
 * <p>A step samples each row with probability q, adds up gradients that are clipped to C, and adds
 * {@code N(0, σ²C²)}. Its Rényi divergence of a whole order α ≥ 2 is (Mironov, Talwar, Zhang 2019,
 * arXiv 1908.10530, section 3.3)
 *
 * <pre>{@code
 * RDP(α) = 1 / (α − 1) · ln Σ_{k=0}^{α} (α choose k) (1 − q)^{α−k} q^k exp((k² − k) / (2σ²))
 * }</pre>
 *
 * Divergences of steps add up. For any α they give ({@code ε}, {@code δ})-privacy with (Canonne,
 * Kamath, Steinke 2020, arXiv 2004.00010, proposition 12)
 *
 * <pre>{@code
 * ε = RDP(α) + ln((α − 1) / α) − (ln δ + ln α) / (α − 1)
 * }</pre>
 *
 * and the least over α counts. Two sets of rows are neighbours when one has a row more.
 */
public final class PrivacyAccountant {
  private static final int LARGEST_ORDER = 512;
  private static final double LARGEST_NOISE = 1e6;

  private PrivacyAccountant() {}

  /**
   * The Rényi divergence of one step.
   *
   * @param order α, whole, at least 2
   * @param samplingRate q, in (0, 1]
   * @param noiseMultiplier σ, above 0
   */
  static double divergence(int order, double samplingRate, double noiseMultiplier) {
    double variance = noiseMultiplier * noiseMultiplier;
    if (samplingRate == 1) {
      return order / (2 * variance);
    }
    double sum = Double.NEGATIVE_INFINITY;
    double choices = 0;
    for (int k = 0; k <= order; k++) {
      double term =
          choices
              + (order - k) * Math.log1p(-samplingRate)
              + k * Math.log(samplingRate)
              + (double) k * (k - 1) / (2 * variance);
      sum = logSum(sum, term);
      choices += Math.log(order - k) - Math.log(k + 1);
    }
    return Math.max(0, sum / (order - 1));
  }

  private static double logSum(double a, double b) {
    double larger = Math.max(a, b);
    return larger == Double.NEGATIVE_INFINITY
        ? larger
        : larger + Math.log(Math.exp(a - larger) + Math.exp(b - larger));
  }

  /**
   * What several runs of steps give away together.
   *
   * @param runs all that saw a row; at least one
   * @param delta probability that the bound does not hold, in (0, 1)
   * @return ε, at least 0
   */
  public static double epsilon(List<NoisySteps> runs, double delta) {
    require(!runs.isEmpty(), "runs with noise", "at least one", "none");
    require(delta > 0 && delta < 1, "delta", "in (0, 1)", delta);
    double least = Double.POSITIVE_INFINITY;
    for (int order = 2; order <= LARGEST_ORDER; order++) {
      double divergence = 0;
      for (NoisySteps run : runs) {
        divergence += run.steps() * divergence(order, run.samplingRate(), run.noiseMultiplier());
      }
      double epsilon =
          divergence + Math.log1p(-1.0 / order) - (Math.log(delta) + Math.log(order)) / (order - 1);
      least = Math.min(least, epsilon);
    }
    return Math.max(0, least);
  }

  /**
   * The least noise with which a run stays within a bound.
   *
   * @param epsilon ε, above 0
   * @param delta δ, in (0, 1)
   * @param samplingRate q, in (0, 1]
   * @param steps at least 1
   * @return σ, to three digits upwards
   */
  public static double noise(double epsilon, double delta, double samplingRate, int steps) {
    require(epsilon > 0 && epsilon <= Double.MAX_VALUE, "epsilon", "finite and above 0", epsilon);
    double low = 0.01;
    double high = 1;
    while (epsilon(List.of(new NoisySteps(samplingRate, high, steps)), delta) > epsilon) {
      low = high;
      high *= 2;
      require(high < LARGEST_NOISE, "epsilon", "one that noise can reach", epsilon);
    }
    while (high / low > 1.001) {
      double middle = Math.sqrt(low * high);
      if (epsilon(List.of(new NoisySteps(samplingRate, middle, steps)), delta) > epsilon) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }
}
