package io.haori.analysis.sequential;

/**
 * A {@link ConfidenceSequence} that begins anew after every {@value #LENGTH} values, so that a mean
 * that falls after thousands of good values is seen soon. The k-th of them may be wrong with
 * probability {@code α / (k (k + 1))}; these add up to {@code α}, so all of them together are wrong
 * with probability {@code α} at most. Not thread-safe.
 */
public final class RestartedSequence {
  static final int LENGTH = 500;

  private final double alpha;
  private long number;
  private ConfidenceSequence present;

  /**
   * Before anything was seen.
   *
   * @param alpha how often any of the sequences may ever be wrong, in (0, 1)
   */
  public RestartedSequence(double alpha) {
    this.alpha = alpha;
    this.number = 1;
    this.present = new ConfidenceSequence(alpha / 2);
  }

  /** Sees the next value, in [0, 1]. */
  public void add(double value) {
    if (present.count() == LENGTH) {
      number++;
      present = new ConfidenceSequence(alpha / ((double) number * (number + 1)));
    }
    present.add(value);
  }

  /** The sequence of the last values, at most {@value #LENGTH}. */
  public ConfidenceSequence present() {
    return present;
  }
}
