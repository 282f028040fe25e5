package io.haori.analysis.comparison;

/**
 * What the runs of one method predicted.
 *
 * @param method its name
 * @param predicted {@code [runs][rows]} one vector a seed: the class's index, or the number
 * @param shares {@code [runs][2][rows]} what each row adds to both sides of the score, where that
 *     is a share; else of no runs
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record MethodRuns(String method, double[][] predicted, double[][][] shares) {
  /** Runs whose score is made of what was predicted. */
  public MethodRuns(String method, double[][] predicted) {
    this(method, predicted, new double[0][][]);
  }
}
