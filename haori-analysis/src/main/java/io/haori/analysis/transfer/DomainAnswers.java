package io.haori.analysis.transfer;

import java.util.EnumMap;
import java.util.Map;

/**
 * What two kinds of model make of a domain's test samples, seed by seed.
 *
 * @param name of the domain
 * @param measure what the scores are
 * @param independent {@code [seeds][rows]} score of the model of the domain alone; more is better
 * @param joint {@code [seeds][rows]} score of the model of several domains with the same seed
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record DomainAnswers(
    String name, Measure measure, double[][] independent, double[][] joint) {
  /** Checks that both hold the same seeds and rows, at least one of each. */
  public DomainAnswers {
    if (independent.length == 0 || independent.length != joint.length) {
      throw new IllegalArgumentException(
          name
              + ": seeds must be paired, got "
              + independent.length
              + " and "
              + joint.length
              + " runs");
    }
    int rows = independent[0].length;
    for (double[][] runs : new double[][][] {independent, joint}) {
      for (double[] run : runs) {
        if (run.length != rows || rows == 0) {
          throw new IllegalArgumentException(
              name + ": runs must answer the same rows, got " + rows + " and " + run.length);
        }
      }
    }
  }

  /**
   * Right and wrong answers.
   *
   * @param name of the domain
   * @param independent {@code [seeds][rows]} whether the model of the domain alone is right
   * @param joint {@code [seeds][rows]} whether the model of several domains with the same seed is
   */
  public DomainAnswers(String name, boolean[][] independent, boolean[][] joint) {
    this(name, Measure.ACCURACY, numbers(independent), numbers(joint));
  }

  private static double[][] numbers(boolean[][] right) {
    double[][] numbers = new double[right.length][];
    for (int run = 0; run < right.length; run++) {
      numbers[run] = new double[right[run].length];
      for (int row = 0; row < numbers[run].length; row++) {
        numbers[run][row] = right[run][row] ? 1 : 0;
      }
    }
    return numbers;
  }

  /** How many pairs of runs there are. */
  public int seeds() {
    return independent.length;
  }

  /** How many test samples there are. */
  public int rows() {
    return independent[0].length;
  }

  /**
   * What became of one sample under one seed: of losses, which of the models has the smaller one.
   *
   * @param seed index of the pair of runs
   * @param row index of the sample
   */
  public SampleKind kind(int seed, int row) {
    double alone = independent[seed][row];
    double together = joint[seed][row];
    return alone == together
        ? SampleKind.of(alone > 0, together > 0)
        : SampleKind.of(alone > together, together > alone);
  }

  /** All seeds' samples counted by kind. */
  public TransferCounts counts() {
    Map<SampleKind, Integer> counts = new EnumMap<>(SampleKind.class);
    for (int seed = 0; seed < seeds(); seed++) {
      for (int row = 0; row < rows(); row++) {
        counts.merge(kind(seed, row), 1, Integer::sum);
      }
    }
    return new TransferCounts(
        counts.getOrDefault(SampleKind.BOTH_RIGHT, 0),
        counts.getOrDefault(SampleKind.TRANSFER, 0),
        counts.getOrDefault(SampleKind.INTERFERENCE, 0),
        counts.getOrDefault(SampleKind.BOTH_WRONG, 0));
  }

  /** Means of the scores, and of what samples win and lose. */
  public TransferShares shares() {
    if (measure == Measure.ACCURACY) {
      // Whole numbers, of which the identity holds to the last bit.
      TransferCounts counts = counts();
      return new TransferShares(
          counts.independent(), counts.joint(), counts.transfer(), counts.interference());
    }
    double alone = 0;
    double together = 0;
    double won = 0;
    double lost = 0;
    for (int seed = 0; seed < seeds(); seed++) {
      for (int row = 0; row < rows(); row++) {
        double gain = joint[seed][row] - independent[seed][row];
        alone += independent[seed][row];
        together += joint[seed][row];
        won += Math.max(0, gain);
        lost += Math.max(0, -gain);
      }
    }
    double samples = (double) seeds() * rows();
    return new TransferShares(alone / samples, together / samples, won / samples, lost / samples);
  }
}
