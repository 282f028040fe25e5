package io.haori.analysis.comparison;

import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.McNemar;
import java.util.List;

/**
 * A method against another one on the same rows.
 *
 * @param difference its mean score less the other's, with a 95 % interval over rows and seeds
 * @param tests McNemar's of each seed, the method first; empty for numbers
 * @param pValue of the tests of all seeds together
 * @param corrected the same after Holm's correction for the number of pairs of methods
 */
public record Versus(Interval difference, List<McNemar> tests, double pValue, double corrected) {
  /** The level that a corrected p-value must stay below. */
  public static final double LEVEL = 0.05;

  /** Copies the tests. */
  public Versus {
    tests = List.copyOf(tests);
  }

  /** How sure it is that the two differ. */
  public enum Certainty {
    /** The interval leaves out 0 and the corrected test falls below the level. */
    SURE,
    /** One of the two alone. */
    PROBABLE,
    /** Neither. */
    OPEN
  }

  /** The same pair seen from the other side. */
  Versus reversed() {
    // Subtracted from 0, as the negative of 0 would be shown with a sign.
    Interval turned =
        new Interval(0 - difference.estimate(), 0 - difference.high(), 0 - difference.low());
    return new Versus(turned, tests.stream().map(McNemar::reversed).toList(), pValue, corrected);
  }

  /** How sure it is that the two differ. */
  public Certainty certainty() {
    boolean test = corrected < LEVEL;
    boolean interval = difference.excludesZero();
    return test && interval
        ? Certainty.SURE
        : test || interval ? Certainty.PROBABLE : Certainty.OPEN;
  }
}
