package io.haori.cli.federate;

import static io.haori.core.check.Check.require;

import io.haori.training.privacy.Privacy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How little a site's fit is to give away of each row. */
final class PrivacyOptions {
  @Option(
      names = "--privacy",
      paramLabel = "EPSILON",
      description =
          "Clip the gradient of each row and add noise, so that this round gives away at most so"
              + " much of a row (differential privacy; 8 is weak, 1 is strong). Costs accuracy"
              + " (default: no noise).")
  @Nullable Double epsilon;

  @Option(
      names = "--delta",
      paramLabel = "P",
      description =
          "With --privacy: probability that the bound does not hold (default: a tenth of one over"
              + " the training rows).")
  @Nullable Double delta;

  @Option(
      names = "--clip",
      paramLabel = "X",
      description = "With --privacy: bound of a row's gradient (default: 1).")
  @Nullable Double clip;

  /**
   * Refuses values out of their bounds.
   *
   * @param resume whether an interrupted run is to be continued
   */
  void check(boolean resume) {
    if (epsilon == null) {
      requireNone("--delta", delta);
      requireNone("--clip", clip);
      return;
    }
    requirePositive("--privacy", epsilon);
    if (clip != null) {
      requirePositive("--clip", clip);
    }
    if (delta != null) {
      require(delta > 0 && delta < 1, "--delta", "in (0, 1)", delta);
    }
    require(!resume, "--resume", "left out with --privacy", "--resume");
  }

  private static void requireNone(String option, @Nullable Double value) {
    if (value != null) {
      require(false, option, "left out without --privacy", value);
    }
  }

  private static void requirePositive(String option, double value) {
    require(value > 0 && value <= Double.MAX_VALUE, option, "finite and above 0", value);
  }

  /**
   * What was asked for.
   *
   * @param rows training rows
   * @return null for a fit without noise
   */
  @Nullable Privacy of(int rows) {
    Double limit = epsilon;
    if (limit == null) {
      return null;
    }
    return new Privacy(
        limit, delta == null ? 0.1 / rows : delta, clip == null ? Privacy.DEFAULT_CLIP : clip);
  }
}
