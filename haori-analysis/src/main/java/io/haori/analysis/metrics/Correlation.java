package io.haori.analysis.metrics;

import org.hipparchus.stat.ranking.NaNStrategy;
import org.hipparchus.stat.ranking.NaturalRanking;
import org.hipparchus.stat.ranking.TiesStrategy;

/** How far two series of numbers go together. */
public final class Correlation {
  private Correlation() {}

  /**
   * Linear correlation (Pearson 1895): {@code Σ (x − x̄)(y − ȳ) / sqrt(Σ (x − x̄)² · Σ (y − ȳ)²)}.
   * It is 0 when one series is constant, a single row included, as a constant knows nothing.
   *
   * @param x {@code [n]} finite; at least one row
   * @param y {@code [n]} finite
   * @return in [−1, 1]
   */
  public static double pearson(double[] x, double[] y) {
    Vectors.requireSameRows(x.length, y.length);
    Vectors.requireFinite("x", x);
    Vectors.requireFinite("y", y);
    if (Vectors.isConstant(x) || Vectors.isConstant(y)) {
      return 0;
    }
    double[] dx = Vectors.centred(x);
    double[] dy = Vectors.centred(y);
    double products = 0;
    double squaresX = 0;
    double squaresY = 0;
    for (int i = 0; i < dx.length; i++) {
      products += dx[i] * dy[i];
      squaresX += dx[i] * dx[i];
      squaresY += dy[i] * dy[i];
    }
    double scale = Math.sqrt(squaresX) * Math.sqrt(squaresY);
    return scale == 0 ? 0 : Vectors.clampToUnit(products / scale);
  }

  /**
   * Correlation of the ranks (Spearman 1904): {@link #pearson} of the ranks, where rows of equal
   * value share the mean of their ranks. It is 0 when one series is constant.
   *
   * @param x {@code [n]} finite; at least one row
   * @param y {@code [n]} finite
   * @return in [−1, 1]
   */
  public static double spearman(double[] x, double[] y) {
    Vectors.requireSameRows(x.length, y.length);
    Vectors.requireFinite("x", x);
    Vectors.requireFinite("y", y);
    var ranking = new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE);
    return pearson(ranking.rank(x), ranking.rank(y));
  }
}
