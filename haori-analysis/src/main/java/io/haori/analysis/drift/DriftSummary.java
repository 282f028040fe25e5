package io.haori.analysis.drift;

/**
 * Rows in sum: those of an evaluation, or of a window.
 *
 * @param rows how many
 * @param labels {@code [bins]} counts; the last bin is everything that has none of its own
 * @param confidence {@code [confidence bins]} shares; all 0 where there is no confidence
 * @param hasSketch whether there are vectors
 * @param sketch {@code [features]} mean
 * @param unknownShare of the tokens, in [0, 1]
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared.
record DriftSummary(
    int rows,
    double[] labels,
    double[] confidence,
    boolean hasSketch,
    double[] sketch,
    double unknownShare) {
  /** Added to each count, so that a bin without rows has no infinite weight. */
  private static final double SMOOTHING = 0.5;

  /**
   * How far other rows are from these.
   *
   * @param kind in which way
   * @param other the window
   */
  double distance(DriftKind kind, DriftSummary other) {
    return switch (kind) {
      case LABELS -> stability(labels, other.labels);
      case CONFIDENCE -> kolmogorov(confidence, other.confidence);
      case EMBEDDING -> hasSketch && other.hasSketch ? squared(sketch, other.sketch) : 0;
      case UNKNOWN_TOKENS -> other.unknownShare - unknownShare;
    };
  }

  private static double stability(double[] expected, double[] seen) {
    double expectedSum = sum(expected);
    double seenSum = sum(seen);
    double index = 0;
    for (int i = 0; i < expected.length; i++) {
      double q = (expected[i] + SMOOTHING) / (expectedSum + SMOOTHING * expected.length);
      double p = (seen[i] + SMOOTHING) / (seenSum + SMOOTHING * seen.length);
      index += (p - q) * Math.log(p / q);
    }
    return index;
  }

  private static double sum(double[] counts) {
    double sum = 0;
    for (double count : counts) {
      sum += count;
    }
    return sum;
  }

  private static double kolmogorov(double[] expected, double[] seen) {
    double difference = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += seen[i] - expected[i];
      largest = Math.max(largest, Math.abs(difference));
    }
    return largest;
  }

  private static double squared(double[] expected, double[] seen) {
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = seen[i] - expected[i];
      sum += difference * difference;
    }
    return sum;
  }
}
