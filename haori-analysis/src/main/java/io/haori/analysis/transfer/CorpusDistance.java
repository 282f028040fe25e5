package io.haori.analysis.transfer;

import java.util.Arrays;
import java.util.Random;

/** How far the texts of two domains lie apart, by their vectors on the frozen base. */
public final class CorpusDistance {
  private static final int FOLDS = 5;
  private static final int STEPS = 60;
  private static final double DECAY = 1e-3;
  private static final double RATE = 1.0;

  private CorpusDistance() {}

  /**
   * The proxy A-distance (Ben-David et al. 2007): {@code 2 (1 − 2ε)} with {@code ε} the error of a
   * linear classifier that separates the domains, on rows that it was not fitted to.
   *
   * @param one {@code [n][width]} vectors of one domain; at least 5 rows
   * @param other {@code [m][width]} vectors of the other; at least 5 rows
   * @param seed of the folds
   * @return in [0, 2]: 0 when they cannot be separated
   */
  public static double proxyA(double[][] one, double[][] other, long seed) {
    double[][] rows = standardised(one, other);
    int[] order = shuffled(rows.length, seed);
    double wrong = 0;
    for (int fold = 0; fold < FOLDS; fold++) {
      double[] weights = fit(rows, one.length, order, fold);
      int wrongOne = 0;
      int wrongOther = 0;
      int countOne = 0;
      int countOther = 0;
      for (int i = fold; i < order.length; i += FOLDS) {
        boolean isOne = order[i] < one.length;
        boolean saidOne = score(weights, rows[order[i]]) > 0;
        countOne += isOne ? 1 : 0;
        countOther += isOne ? 0 : 1;
        wrongOne += isOne && !saidOne ? 1 : 0;
        wrongOther += !isOne && saidOne ? 1 : 0;
      }
      // Each domain counts the same, however many rows it has.
      wrong +=
          (wrongOne / (double) Math.max(1, countOne)
                  + wrongOther / (double) Math.max(1, countOther))
              / 2
              / FOLDS;
    }
    return Math.max(0, 2 * (1 - 2 * wrong));
  }

  /** Columns with mean 0 and a mean length of 1 a row. */
  private static double[][] standardised(double[][] one, double[][] other) {
    double[][] rows = new double[one.length + other.length][];
    System.arraycopy(one, 0, rows, 0, one.length);
    System.arraycopy(other, 0, rows, one.length, other.length);
    int width = rows[0].length;
    double[] mean = new double[width];
    for (double[] row : rows) {
      for (int i = 0; i < width; i++) {
        mean[i] += row[i] / rows.length;
      }
    }
    double squares = 0;
    for (int r = 0; r < rows.length; r++) {
      rows[r] = rows[r].clone();
      for (int i = 0; i < width; i++) {
        rows[r][i] -= mean[i];
        squares += rows[r][i] * rows[r][i] / rows.length;
      }
    }
    double scale = squares == 0 ? 1 : 1 / Math.sqrt(squares);
    for (double[] row : rows) {
      for (int i = 0; i < width; i++) {
        row[i] *= scale;
      }
    }
    return rows;
  }

  /** Logistic regression by gradient descent with momentum, both domains of equal weight. */
  private static double[] fit(double[][] rows, int ones, int[] order, int heldOut) {
    int width = rows[0].length;
    double[] weights = new double[width + 1];
    double[] speed = new double[width + 1];
    double share = (double) ones / rows.length;
    for (int step = 0; step < STEPS; step++) {
      double[] gradient = new double[width + 1];
      for (int i = 0; i < order.length; i++) {
        if (i % FOLDS == heldOut) {
          continue;
        }
        double[] row = rows[order[i]];
        double target = order[i] < ones ? 1 : 0;
        double weight = 0.5 / (target == 1 ? share : 1 - share) / rows.length;
        double error = (1 / (1 + Math.exp(-score(weights, row))) - target) * weight;
        for (int k = 0; k < width; k++) {
          gradient[k] += error * row[k];
        }
        gradient[width] += error;
      }
      for (int k = 0; k <= width; k++) {
        // The vectors' columns are about 1/√width long, so a step is as many times larger.
        speed[k] = 0.9 * speed[k] - RATE * width * (gradient[k] + DECAY * weights[k] / width);
        weights[k] += k == width ? speed[k] / width : speed[k] / Math.sqrt(width);
      }
    }
    return weights;
  }

  private static double score(double[] weights, double[] row) {
    double sum = weights[row.length];
    for (int i = 0; i < row.length; i++) {
      sum += weights[i] * row[i];
    }
    return sum;
  }

  private static int[] shuffled(int count, long seed) {
    int[] order = new int[count];
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      int place = random.nextInt(i + 1);
      order[i] = order[place];
      order[place] = i;
    }
    return order;
  }

  /**
   * The maximum mean discrepancy (Gretton et al. 2012, lemma 6, unbiased) with a Gaussian kernel as
   * wide as the median distance between rows, as a root: {@code √max(0, MMD²)}.
   *
   * @param one {@code [n][width]} vectors of one domain; at least 2 rows
   * @param other {@code [m][width]} vectors of the other; at least 2 rows
   * @return at least 0; 0 when no difference is seen
   */
  public static double meanDiscrepancy(double[][] one, double[][] other) {
    int ones = one.length;
    int all = ones + other.length;
    double[] squares = new double[all * (all - 1) / 2];
    int next = 0;
    for (int i = 0; i < all; i++) {
      for (int j = 0; j < i; j++) {
        squares[next++] = squaredDistance(row(one, other, i), row(one, other, j));
      }
    }
    double[] sorted = squares.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    if (median == 0) {
      return 0;
    }
    double within = 0;
    double withinOther = 0;
    double between = 0;
    next = 0;
    for (int i = 0; i < all; i++) {
      for (int j = 0; j < i; j++) {
        double kernel = Math.exp(-squares[next++] / median);
        if (i < ones) {
          within += kernel;
        } else if (j >= ones) {
          withinOther += kernel;
        } else {
          between += kernel;
        }
      }
    }
    double others = other.length;
    double squared =
        2 * within / (ones * (ones - 1.0))
            + 2 * withinOther / (others * (others - 1))
            - 2 * between / (ones * others);
    return Math.sqrt(Math.max(0, squared));
  }

  private static double[] row(double[][] one, double[][] other, int index) {
    return index < one.length ? one[index] : other[index - one.length];
  }

  private static double squaredDistance(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (one[i] - other[i]) * (one[i] - other[i]);
    }
    return sum;
  }
}
