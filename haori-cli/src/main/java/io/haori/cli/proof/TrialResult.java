package io.haori.cli.proof;

import io.haori.analysis.sequential.GainTest;
import io.haori.analysis.sequential.GainTest.Outcome;

/**
 * What one comparison of two ways found.
 *
 * @param before the way that would be replaced
 * @param candidate the way that was tried
 * @param bound that the gain was compared with
 * @param outcome of the test
 * @param looks that were taken
 * @param rows that both answered
 * @param gained rows that the candidate alone had right
 * @param lost rows that it alone had wrong
 * @param gain in accuracy on these rows
 * @param low lower end of the gain
 * @param high upper end
 * @param evidence that the gain is above the bound, from 1; {@code 1 / alpha} is enough
 * @param against evidence that it is below
 */
public record TrialResult(
    String before,
    String candidate,
    double bound,
    Outcome outcome,
    int looks,
    int rows,
    int gained,
    int lost,
    double gain,
    double low,
    double high,
    double evidence,
    double against) {
  /** Of a test. */
  public static TrialResult of(
      String before, String candidate, double bound, int looks, GainTest test) {
    return new TrialResult(
        before,
        candidate,
        bound,
        test.outcome(),
        looks,
        test.rows(),
        test.gained(),
        test.lost(),
        test.gain(),
        test.low(),
        test.high(),
        test.evidenceFor(),
        test.evidenceAgainst());
  }
}
