package io.haori.inference.calibration;

import static io.haori.core.check.Check.require;

import org.jspecify.annotations.Nullable;

/**
 * What is asked of an answer besides the most probable class.
 *
 * @param threshold an answer of a lower probability is unsure and has no label; in (0, 1), null for
 *     none
 * @param unknown the share of texts of known classes that keep their answer, while the others and
 *     what is farther off are answered with {@link CalibratedAnswer#NONE_OF_THESE}; in [0, 1), null
 *     for none
 * @param coverage how often a set of classes must hold the right one; in [0, 1), null for no sets
 */
public record AnswerRule(
    @Nullable Double threshold, @Nullable Double unknown, @Nullable Double coverage) {
  /** Asks for the most probable class alone. */
  public static final AnswerRule NONE = new AnswerRule(null, null, null);

  /** Checks the bounds. */
  public AnswerRule {
    if (threshold != null) {
      require(threshold > 0 && threshold < 1, "threshold", "in (0, 1)", threshold);
    }
    share("unknown", unknown);
    share("coverage", coverage);
  }

  private static void share(String setting, @Nullable Double share) {
    if (share != null) {
      require(share >= 0 && share < 1, setting, "in [0, 1)", share);
    }
  }

  /** Whether nothing is asked. */
  public boolean isNone() {
    return equals(NONE);
  }

  /** Whether it takes what was learnt from held-out rows. */
  public boolean needsCalibration() {
    return unknown != null || coverage != null;
  }
}
