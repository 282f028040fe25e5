package io.haori.adapter.route;

import io.haori.tensor.Tensor;

/** Adds up the shares that modules got while it is looked at; for any number of threads. */
final class ShareTally {
  private final double[] sums;
  private long rows;

  ShareTally(int modules) {
    sums = new double[modules];
  }

  /**
   * Counts some rows.
   *
   * @param shares {@code [n, k]}
   * @param module of each column, {@code [k]}
   */
  synchronized void add(Tensor shares, int[] module) {
    double[] means = shares.sum(0, false).toDoubles();
    for (int k = 0; k < means.length; k++) {
      sums[module[k]] += means[k];
    }
    rows += shares.size(0);
  }

  /** Mean shares by module; 0 before anything was counted. */
  synchronized double[] means() {
    double[] means = sums.clone();
    for (int k = 0; k < means.length && rows > 0; k++) {
      means[k] /= rows;
    }
    return means;
  }
}
