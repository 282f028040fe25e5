package io.haori.server.watch.trial;

import io.haori.core.digest.Sha256;
import io.haori.registry.trial.Trial;
import io.haori.registry.trial.TrialKind;
import org.jspecify.annotations.Nullable;

/**
 * The part of a request in a trial.
 *
 * @param trial that runs where the request is answered; null for none
 * @param toCandidate whether the candidate answers it
 */
public record Assignment(@Nullable Trial trial, boolean toCandidate) {
  /** In no trial. */
  public static final Assignment NONE = new Assignment(null, false);

  private static final int DIGITS = 13;
  private static final double RANGE = Math.pow(16, DIGITS);

  /**
   * Who answers: the same key always gets the same, and another trial draws anew.
   *
   * @param trial that runs
   * @param key of the request, such as the user for whom it is
   */
  static Assignment of(Trial trial, String key) {
    if (trial.kind() == TrialKind.SHADOW) {
      return new Assignment(trial, false);
    }
    String digest = Sha256.of(trial.id() + ":" + key);
    double drawn = Long.parseLong(digest.substring(0, DIGITS), 16) / RANGE;
    return new Assignment(trial, drawn < trial.share());
  }

  /** Whether the candidate computes it, too, without answering. */
  public boolean isShadowed() {
    return trial != null && trial.kind() == TrialKind.SHADOW;
  }

  /** Number of the trial; 0 for none. */
  long trialId() {
    return trial == null ? 0 : trial.id();
  }

  /** {@code live}, {@code candidate}, or empty for no trial. */
  public String arm() {
    return trial == null ? "" : toCandidate ? "candidate" : "live";
  }
}
