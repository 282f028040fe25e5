package io.haori.analysis.sequential;

/**
 * An interval for the mean of values in [0, 1] that come one after another, right at all moments at
 * once: with probability {@code 1 − α} it never leaves the mean out, however often one looks. The
 * predictable plug-in empirical-Bernstein confidence sequence of Waudby-Smith and Ramdas
 * (Estimating means of bounded random variables by betting, JRSS-B 2024, Theorem 2):
 *
 * <pre>{@code
 * Σ λᵢ xᵢ / Σ λᵢ ± (ln(2 / α) + Σ vᵢ ψ(λᵢ)) / Σ λᵢ
 * vᵢ = 4 (xᵢ − μ̂ᵢ₋₁)²,  ψ(λ) = (−ln(1 − λ) − λ) / 4
 * λᵢ = min(√(2 ln(2 / α) / (σ̂²ᵢ₋₁ i ln(1 + i))), 1/2)
 * μ̂ᵢ = (1/2 + Σ xⱼ) / (i + 1),  σ̂²ᵢ = (1/4 + Σ (xⱼ − μ̂ⱼ)²) / (i + 1)
 * }</pre>
 *
 * <p>Values need not be independent, and their mean, given those before, may change: then it is the
 * mean with the weights {@code λᵢ} that the interval holds. So it is not cut to what it was before,
 * which would need a mean that never changes. Not thread-safe.
 */
public final class ConfidenceSequence {
  private static final double LARGEST_BET = 0.5;

  private final double logTerm;
  private long count;
  private double sum;
  private double squares;
  private double weights;
  private double weighted;
  private double variation;
  private double low;
  private double high = 1;

  /**
   * An interval before anything was seen: all of [0, 1].
   *
   * @param alpha how often it may ever be wrong, in (0, 1)
   */
  public ConfidenceSequence(double alpha) {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha must be in (0, 1), got " + alpha);
    }
    logTerm = Math.log(2 / alpha);
  }

  /**
   * Sees the next value.
   *
   * @param value in [0, 1]
   */
  public void add(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("value must be in [0, 1], got " + value);
    }
    double meanBefore = (0.5 + sum) / (count + 1);
    double varianceBefore = (0.25 + squares) / (count + 1);
    count++;
    double bet =
        Math.min(
            LARGEST_BET,
            Math.sqrt(2 * logTerm / (varianceBefore * count * Math.log1p((double) count))));
    sum += value;
    double mean = (0.5 + sum) / (count + 1);
    squares += (value - mean) * (value - mean);
    weights += bet;
    weighted += bet * value;
    double surprise = value - meanBefore;
    variation += 4 * surprise * surprise * (-Math.log1p(-bet) - bet) / 4;
    double centre = weighted / weights;
    double margin = (logTerm + variation) / weights;
    low = Math.max(0, centre - margin);
    high = Math.min(1, centre + margin);
  }

  /** How many values were seen. */
  public long count() {
    return count;
  }

  /** Their mean; 0.5 before there is one. */
  public double mean() {
    return count == 0 ? 0.5 : sum / count;
  }

  /** Lower end, in [0, 1]. */
  public double low() {
    return low;
  }

  /** Upper end, in [0, 1]. */
  public double high() {
    return high;
  }
}
