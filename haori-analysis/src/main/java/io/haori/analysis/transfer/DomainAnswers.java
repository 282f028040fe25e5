package io.haori.analysis.transfer;

import java.util.EnumMap;
import java.util.Map;

/**
 * Which test samples of a domain two kinds of model got right, seed by seed.
 *
 * @param name of the domain
 * @param independent {@code [seeds][rows]} whether the model of the domain alone is right
 * @param joint {@code [seeds][rows]} whether the model of several domains with the same seed is
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record DomainAnswers(String name, boolean[][] independent, boolean[][] joint) {
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
    for (boolean[][] runs : new boolean[][][] {independent, joint}) {
      for (boolean[] run : runs) {
        if (run.length != rows || rows == 0) {
          throw new IllegalArgumentException(
              name + ": runs must answer the same rows, got " + rows + " and " + run.length);
        }
      }
    }
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
   * What became of one sample under one seed.
   *
   * @param seed index of the pair of runs
   * @param row index of the sample
   */
  public SampleKind kind(int seed, int row) {
    return SampleKind.of(independent[seed][row], joint[seed][row]);
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
}
