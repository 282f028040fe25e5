package io.haori.adapter.merge;

import java.util.Arrays;
import java.util.List;

/**
 * Merges updates by trimming them, electing a sign for each number, and averaging those that have
 * it (TIES-Merging, Yadav et al. 2023, arXiv 2306.01708, algorithm 1), here with weights:
 *
 * <pre>{@code
 * t_k = w_k · (Δ_k where it is among the density · n largest by size, else 0)
 * s   = sign(Σ t_k)                         total mass decides; + where it is 0
 * m_k = 1 where sign(t_k) = s, else 0
 * Δ   = Σ|w| · Σ m_k t_k / Σ m_k |w_k|      0 where no t_k has the sign
 * }</pre>
 *
 * With N weights of 1/N it is the paper's mean, and where all updates agree it is their weighted
 * sum.
 */
final class Ties {
  /** A share of n numbers is not one less for a rounding of the product. */
  private static final double ROUNDING = 1e-9;

  private Ties() {}

  /**
   * Merges.
   *
   * @param updates of one length; stay as they are
   * @param weights one an update, not 0
   * @param density share of each update that is kept, in (0, 1]
   */
  static double[] merge(List<double[]> updates, double[] weights, double density) {
    int length = updates.get(0).length;
    double all = Arrays.stream(weights).map(Math::abs).sum();
    double[][] trimmed =
        updates.stream().map(update -> trimmed(update, density)).toArray(double[][]::new);
    double[] merged = new double[length];
    for (int i = 0; i < length; i++) {
      double mass = 0;
      for (int k = 0; k < trimmed.length; k++) {
        mass += weights[k] * trimmed[k][i];
      }
      double sign = mass >= 0 ? 1 : -1;
      double sum = 0;
      double agreeing = 0;
      for (int k = 0; k < trimmed.length; k++) {
        double value = weights[k] * trimmed[k][i];
        if (value * sign > 0) {
          sum += value;
          agreeing += Math.abs(weights[k]);
        }
      }
      merged[i] = agreeing == 0 ? 0 : all * sum / agreeing;
    }
    return merged;
  }

  /** The largest numbers by size, at least one; of equal ones the first. */
  static double[] trimmed(double[] update, double density) {
    int kept = Math.max(1, (int) Math.floor(density * update.length + ROUNDING));
    if (kept >= update.length) {
      return update;
    }
    double[] sizes = Arrays.stream(update).map(Math::abs).toArray();
    Arrays.parallelSort(sizes);
    double least = sizes[sizes.length - kept];
    int larger = 0;
    for (int i = sizes.length - kept; i < sizes.length; i++) {
      larger += sizes[i] > least ? 1 : 0;
    }
    int equal = kept - larger;
    double[] trimmed = new double[update.length];
    for (int i = 0; i < update.length; i++) {
      double size = Math.abs(update[i]);
      if (size > least || (size == least && equal-- > 0)) {
        trimmed[i] = update[i];
      }
    }
    return trimmed;
  }
}
