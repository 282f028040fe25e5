package io.haori.analysis.drift;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The limits of a profile, from the spread of its own rows.
 *
 * <p>Both the rows of the evaluation and a window of live texts are samples, so a window without
 * any drift is some way from the evaluation. How far, is found by drawing evaluations of as many
 * rows and windows again and again from the evaluation's rows (bootstrap, Efron 1979), and
 * comparing each of these windows with each of these evaluations. An alarm needs two windows in a
 * row above the limit, and windows are independent but for the evaluation that they share: with
 * {@code p} the share of the windows above the limit for one evaluation, an alarm follows from a
 * window with the probability {@code E[p²]}, the mean over evaluations. The limit is the least for
 * which
 *
 * <pre>{@code
 * kinds · windows a month · E[p²] ≤ alarms a month
 * }</pre>
 *
 * <p>What the evaluation's rows do not have at all, such as another label, may still be in up to
 * {@code 3 / n} of texts of the same kind (the rule of three, Hanley and Lippman-Hand 1983), so so
 * much of each drawn window is new.
 */
final class DriftLimits {
  /** A window an hour at most. */
  static final int WINDOWS_A_MONTH = 30 * 24;

  /** A quarter of the one that is promised, as the limits are estimates. */
  private static final double ALARMS_A_MONTH = 0.25;

  private static final int WINDOWS = 2_000;
  private static final int EVALUATIONS = 150;
  private static final double RULE_OF_THREE = 3;

  private final List<EncodedRow> rows;
  private final int labelBins;
  private final int features;
  private final Random random;

  DriftLimits(List<EncodedRow> rows, int labelBins, int features, Random random) {
    this.rows = rows;
    this.labelBins = labelBins;
    this.features = features;
    this.random = random;
  }

  /**
   * The limits.
   *
   * @param window rows of a window
   * @return by kind
   */
  Map<DriftKind, Double> find(int window) {
    DriftSummary[] windows = new DriftSummary[WINDOWS];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = draw(window, RULE_OF_THREE / rows.size());
    }
    DriftSummary[] evaluations = new DriftSummary[EVALUATIONS];
    for (int i = 0; i < evaluations.length; i++) {
      evaluations[i] = draw(rows.size(), 0);
    }
    Map<DriftKind, Double> limits = new EnumMap<>(DriftKind.class);
    for (DriftKind kind : DriftKind.values()) {
      limits.put(kind, limit(kind, evaluations, windows));
    }
    return limits;
  }

  private DriftSummary draw(int count, double novelty) {
    WindowCounts counts = new WindowCounts(labelBins, features);
    for (int i = 0; i < count; i++) {
      EncodedRow row = rows.get(random.nextInt(rows.size()));
      if (random.nextDouble() < novelty) {
        counts.addNovelty(random.nextInt(DriftProfile.CONFIDENCE_BINS), Math.max(1, row.tokens()));
      } else {
        counts.add(row);
      }
    }
    return counts.summary();
  }

  private static double limit(DriftKind kind, DriftSummary[] evaluations, DriftSummary[] windows) {
    double[][] distances = new double[evaluations.length][windows.length];
    for (int i = 0; i < evaluations.length; i++) {
      for (int j = 0; j < windows.length; j++) {
        distances[i][j] = evaluations[i].distance(kind, windows[j]);
      }
      Arrays.sort(distances[i]);
    }
    double allowed = ALARMS_A_MONTH / WINDOWS_A_MONTH / DriftKind.values().length;
    double low = 0;
    double high = 0;
    for (double[] sorted : distances) {
      high = Math.max(high, sorted[sorted.length - 1]);
    }
    // Above the largest distance that was drawn, nothing is; halving comes as near as one likes.
    for (int step = 0; step < 50; step++) {
      double middle = (low + high) / 2;
      if (pairsAbove(distances, middle) <= allowed) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /** {@code E[p²]}. */
  private static double pairsAbove(double[][] distances, double limit) {
    double sum = 0;
    for (double[] sorted : distances) {
      double share = (double) above(sorted, limit) / sorted.length;
      sum += share * share;
    }
    return sum / distances.length;
  }

  private static int above(double[] sorted, double limit) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] > limit) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return sorted.length - low;
  }
}
