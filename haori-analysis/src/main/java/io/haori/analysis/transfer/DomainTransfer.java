package io.haori.analysis.transfer;

import io.haori.analysis.statistics.Interval;

/**
 * What learning together did to one domain.
 *
 * @param name of the domain
 * @param counts samples by kind, over all seeds
 * @param shares means of the scores
 * @param gain score together less score alone, with its 95 % interval
 * @param transfer what samples win, with its 95 % interval
 * @param interference what samples lose, with its 95 % interval
 * @param pValue McNemar's exact test of each seed's pair, of losses the sign test, put together
 *     over seeds by Rüger's rule
 * @param corrected the p-value after Holm's correction over the domains
 * @param seedSpread standard deviation over seeds of the gain; 0 for one seed
 */
public record DomainTransfer(
    String name,
    TransferCounts counts,
    TransferShares shares,
    Interval gain,
    Interval transfer,
    Interval interference,
    double pValue,
    double corrected,
    double seedSpread) {
  /** Chance of a false alarm that is taken. */
  public static final double LEVEL = 0.05;

  /** Whether the difference is more than chance by both the interval and the corrected test. */
  public boolean isSure() {
    return gain.excludesZero() && corrected < LEVEL;
  }

  /** Whether the interval alone leaves out 0, or the corrected test alone says so. */
  public boolean isProbable() {
    return gain.excludesZero() || corrected < LEVEL;
  }
}
