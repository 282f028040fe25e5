package io.haori.analysis.transfer;

import io.haori.analysis.report.Figures;
import io.haori.analysis.statistics.Interval;

/** What a model's answer to a sample is worth: a score of which more is better. */
public enum Measure {
  /** 1 for a right answer, 0 for a wrong one. */
  ACCURACY(Figures.PERCENT, 1),
  /** The loss with its sign turned: the mean over a sample's tokens of {@code log p}, in nats. */
  LOSS(Figures.PLAIN, -1);

  private final Figures figures;
  private final int sign;

  Measure(Figures figures, int sign) {
    this.figures = figures;
    this.sign = sign;
  }

  /** How its numbers are written. */
  public Figures figures() {
    return figures;
  }

  /** Its name in tables and files. */
  public String word() {
    return this == ACCURACY ? "accuracy" : "loss";
  }

  /** A score as a person sees it: an accuracy, or a loss. */
  public double shown(double score) {
    return sign * score;
  }

  /** The same in words. */
  public String text(double score) {
    return figures.text(shown(score));
  }

  /** The ends of an interval of scores as a person sees them, the lower one first. */
  public String ends(Interval scores) {
    double one = shown(scores.low());
    double other = shown(scores.high());
    return figures.text(Math.min(one, other)) + " to " + figures.text(Math.max(one, other));
  }

  /** A gain with its interval, as sentences have it; of a loss, how far it falls. */
  public String withInterval(Interval gain) {
    return figures.difference(gain.estimate())
        + " ("
        + figures.interval(gain.low(), gain.high())
        + ")";
  }
}
