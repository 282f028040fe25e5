package io.haori.analysis.transfer;

import io.haori.analysis.statistics.DependentTests;
import io.haori.analysis.statistics.Holm;
import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.McNemar;
import io.haori.analysis.statistics.Summary;
import java.util.ArrayList;
import java.util.List;

/**
 * Transfer and interference of several domains.
 *
 * @param measure what is measured
 * @param domains in the order given
 * @param meanGain mean over domains of the gain, with its 95 % interval
 */
public record TransferAnalysis(Measure measure, List<DomainTransfer> domains, Interval meanGain) {
  /** Copies the list. */
  public TransferAnalysis {
    domains = List.copyOf(domains);
  }

  /**
   * Counts and tests.
   *
   * @param answers one a domain, at least one
   * @param bootstrap makes the intervals
   */
  public static TransferAnalysis of(List<DomainAnswers> answers, PairedSeeds bootstrap) {
    double[] pValues = answers.stream().mapToDouble(TransferAnalysis::pValue).toArray();
    double[] corrected = Holm.adjust(pValues);
    List<DomainTransfer> domains = new ArrayList<>();
    for (int i = 0; i < pValues.length; i++) {
      DomainAnswers one = answers.get(i);
      PairedSeeds.Shares shares = bootstrap.of(one);
      domains.add(
          new DomainTransfer(
              one.name(),
              one.counts(),
              one.shares(),
              shares.gain(),
              shares.transfer(),
              shares.interference(),
              pValues[i],
              corrected[i],
              seedSpread(one)));
    }
    return new TransferAnalysis(answers.get(0).measure(), domains, bootstrap.meanGain(answers));
  }

  /**
   * One p-value of a domain: McNemar's exact test of each seed's pair, put together over seeds. Of
   * losses that is the sign test: which model has the smaller one.
   *
   * @param answers the pairs of runs
   */
  static double pValue(DomainAnswers answers) {
    double[] pValues = new double[answers.seeds()];
    for (int seed = 0; seed < pValues.length; seed++) {
      int transferred = 0;
      int interfered = 0;
      for (int row = 0; row < answers.rows(); row++) {
        SampleKind kind = answers.kind(seed, row);
        transferred += kind == SampleKind.TRANSFER ? 1 : 0;
        interfered += kind == SampleKind.INTERFERENCE ? 1 : 0;
      }
      pValues[seed] = McNemar.ofCounts(interfered, transferred).pValue();
    }
    return DependentTests.combined(pValues);
  }

  /** Standard deviation over seeds of the gain. */
  private static double seedSpread(DomainAnswers answers) {
    double[] gains = new double[answers.seeds()];
    for (int seed = 0; seed < gains.length; seed++) {
      double net = 0;
      for (int row = 0; row < answers.rows(); row++) {
        net += answers.joint()[seed][row] - answers.independent()[seed][row];
      }
      gains[seed] = net / answers.rows();
    }
    return Summary.of(gains).standardDeviation();
  }

  /**
   * Fewest test rows on which McNemar's test could ever find a difference: with all differing rows
   * on one side, {@code 2 · 2⁻ⁿ · price of combining · tests} must fall below the level.
   *
   * @param tests how many are corrected for
   * @param seeds runs a test is put together from
   */
  public static int rowsNeeded(int tests, int seeds) {
    double bound = DomainTransfer.LEVEL / (tests * DependentTests.price(seeds));
    int rows = 1;
    while (2 * Math.pow(0.5, rows) >= bound) {
      rows++;
    }
    return rows;
  }

  /**
   * Test rows from which a difference in accuracy of a given size would be seen four times out of
   * five, by the normal approximation of McNemar's test (Connor 1987): {@code n = (1.96 √q + 0.84
   * √(q − d²))² / d²}.
   *
   * @param difference in accuracy, {@code d}; above 0
   * @param differing share of rows on which the models differ, {@code q}; at least d
   */
  public static int rowsToSee(double difference, double differing) {
    double squared = difference * difference;
    double root = 1.96 * Math.sqrt(differing) + 0.84 * Math.sqrt(Math.max(0, differing - squared));
    return (int) Math.ceil(root * root / squared);
  }
}
