package io.haori.cli.proof;

import java.util.List;

/**
 * A stage as it was fixed before it began.
 *
 * @param number counted from 1
 * @param kind what it asks
 * @param domain on whose rows; all names where it is about all
 * @param candidates names of the ways that are tried, in order
 * @param bound what a candidate must gain in accuracy to be taken
 * @param margin what one that is cheaper to keep may lose
 * @param alpha how often either result may be wrong
 * @param budgetSeconds processor time after which it ends without a result
 * @param estimatedSeconds processor time that all of its looks take
 * @param estimatedMegabytes memory at its peak
 */
public record StagePlan(
    int number,
    StageKind kind,
    String domain,
    List<String> candidates,
    double bound,
    double margin,
    double alpha,
    double budgetSeconds,
    double estimatedSeconds,
    long estimatedMegabytes) {
  /** Copies the list. */
  public StagePlan {
    candidates = List.copyOf(candidates);
  }
}
