package io.haori.analysis.sequential;

/**
 * Compares the accuracy of a candidate with that of what is live, from true labels that come one
 * after another. Where both answered the same texts (shadow), the difference of each pair is what
 * counts; where each text had one of the two (A/B), each has an interval at {@code α / 2}, whose
 * ends are subtracted. Either way the interval of the difference holds at all moments with
 * probability {@code 1 − α} (see {@link ConfidenceSequence}). Not thread-safe.
 */
public final class AccuracyTrial {
  /** How often a verdict may be wrong. */
  public static final double ALPHA = 0.05;

  private final ConfidenceSequence live = new ConfidenceSequence(ALPHA / 2);
  private final ConfidenceSequence candidate = new ConfidenceSequence(ALPHA / 2);
  private final ConfidenceSequence pairs = new ConfidenceSequence(ALPHA);

  /** An answer of what is live had feedback. */
  public void addLive(boolean right) {
    live.add(right ? 1 : 0);
  }

  /** An answer of the candidate had feedback. */
  public void addCandidate(boolean right) {
    candidate.add(right ? 1 : 0);
  }

  /** A text that both answered had feedback. */
  public void addPair(boolean liveRight, boolean candidateRight) {
    addLive(liveRight);
    addCandidate(candidateRight);
    pairs.add((1 + (candidateRight ? 1 : 0) - (liveRight ? 1 : 0)) / 2.0);
  }

  /** The accuracy of what is live. */
  public ConfidenceSequence live() {
    return live;
  }

  /** The accuracy of the candidate. */
  public ConfidenceSequence candidate() {
    return candidate;
  }

  /** Lower end of the difference of accuracies, candidate less live, in [-1, 1]. */
  public double low() {
    return isPaired() ? 2 * pairs.low() - 1 : candidate.low() - live.high();
  }

  /** Upper end of the difference. */
  public double high() {
    return isPaired() ? 2 * pairs.high() - 1 : candidate.high() - live.low();
  }

  private boolean isPaired() {
    return pairs.count() > 0;
  }

  /** What to do. */
  public Verdict verdict() {
    if (low() > 0) {
      return Verdict.SWITCH;
    }
    return high() < 0 ? Verdict.STOP : Verdict.GO_ON;
  }
}
