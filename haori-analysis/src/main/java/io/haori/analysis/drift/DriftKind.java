package io.haori.analysis.drift;

/** A way in which live texts can differ from those of the evaluation. */
public enum DriftKind {
  /**
   * Population stability index of the predicted labels, {@code Σ (p − q) ln(p / q)}, at least 0
   * (Siddiqi, Credit Risk Scorecards, 2006; Jeffreys' divergence of 1946).
   */
  LABELS("labels"),

  /**
   * Largest distance between the distribution functions of the answers' confidence, in [0, 1]
   * (Kolmogorov 1933, on {@value DriftProfile#CONFIDENCE_BINS} bins).
   */
  CONFIDENCE("confidence"),

  /**
   * Squared maximum mean discrepancy of the vectors that the heads read (Gretton et al. 2012), on
   * random Fourier features (Rahimi and Recht 2007); at least 0.
   */
  EMBEDDING("embedding"),

  /** Share of the tokens that the base does not know, less that of the evaluation, in [-1, 1]. */
  UNKNOWN_TOKENS("unknown-tokens");

  private final String word;

  DriftKind(String word) {
    this.word = word;
  }

  /** As it is named in answers and metrics. */
  public String word() {
    return word;
  }
}
