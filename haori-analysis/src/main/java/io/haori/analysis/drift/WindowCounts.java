package io.haori.analysis.drift;

/** What is counted of a window of rows. Not thread-safe. */
public final class WindowCounts {
  final double[] labels;
  final double[] confidence = new double[DriftProfile.CONFIDENCE_BINS];
  final double[] sketch;
  private double confidences;
  private int sketches;
  private int rows;
  private long tokens;
  private long unknownTokens;

  WindowCounts(int labelBins, int features) {
    labels = new double[labelBins];
    sketch = new double[features];
  }

  /** Counts a row that the same profile encoded. */
  public void add(EncodedRow row) {
    rows++;
    for (int bin : row.bins()) {
      labels[bin]++;
    }
    if (row.confidenceBin() >= 0) {
      confidence[row.confidenceBin()]++;
      confidences++;
    }
    float[] values = row.sketch();
    if (values.length > 0) {
      sketches++;
      for (int i = 0; i < values.length; i++) {
        sketch[i] += values[i];
      }
    }
    tokens += row.tokens();
    unknownTokens += row.unknownTokens();
  }

  /** Counts a row that brings something that was never seen. */
  void addNovelty(int confidenceBin, int rowTokens) {
    rows++;
    labels[labels.length - 1]++;
    confidence[confidenceBin]++;
    confidences++;
    tokens += rowTokens;
    unknownTokens++;
  }

  /** How many rows were counted. */
  public int rows() {
    return rows;
  }

  /** {@code [features]} the mean sketch. */
  double[] meanSketch() {
    double[] mean = sketch.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= Math.max(1, sketches);
    }
    return mean;
  }

  boolean hasSketch() {
    return sketches > 0;
  }

  /** {@code [bins]} shares of the confidences; all 0 where there are none. */
  double[] confidenceShares() {
    double[] shares = confidence.clone();
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= Math.max(1, confidences);
    }
    return shares;
  }

  double unknownShare() {
    return tokens == 0 ? 0 : (double) unknownTokens / tokens;
  }

  /** The counts as they are kept, with the mean of the sketches. */
  DriftSummary summary() {
    return new DriftSummary(
        rows, labels.clone(), confidenceShares(), hasSketch(), meanSketch(), unknownShare());
  }
}
