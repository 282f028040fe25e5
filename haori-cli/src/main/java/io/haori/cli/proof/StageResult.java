package io.haori.cli.proof;

import java.util.List;
import java.util.Map;

/**
 * What a stage found and decided.
 *
 * @param proof number of the log entry that began the proof of concept
 * @param number of the stage
 * @param decision what follows
 * @param choice the way that is taken from now on for the stage's domain
 * @param trials in order
 * @param versions of modules that were made, by way
 * @param kept the version that is live for the proof of concept now; empty for none
 * @param retired versions that were undone
 * @param estimatedSeconds processor time that was expected of what was run
 * @param seconds processor time that it took
 * @param estimatedMegabytes memory that was expected at the peak
 * @param megabytes memory at the peak
 * @param reason in English, for those who read the log
 */
public record StageResult(
    long proof,
    int number,
    Decision decision,
    String choice,
    List<TrialResult> trials,
    Map<String, String> versions,
    String kept,
    List<String> retired,
    double estimatedSeconds,
    double seconds,
    long estimatedMegabytes,
    long megabytes,
    String reason) {
  /** What follows from a stage. */
  public enum Decision {
    /** A candidate is taken. */
    PASSED,
    /** It was shown that none gains enough. */
    FAILED,
    /** All rows were used and nothing was shown; what there was before stays. */
    NOT_SHOWN,
    /** The budget was spent before anything was shown; what there was before stays. */
    BUDGET_SPENT
  }

  /** Copies the lists. */
  public StageResult {
    trials = List.copyOf(trials);
    versions = Map.copyOf(versions);
    retired = List.copyOf(retired);
  }

  /** Whether a candidate was taken. */
  public boolean passed() {
    return decision == Decision.PASSED;
  }
}
