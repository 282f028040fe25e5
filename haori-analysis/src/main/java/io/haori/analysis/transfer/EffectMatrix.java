package io.haori.analysis.transfer;

import io.haori.analysis.statistics.Holm;
import io.haori.analysis.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Effects of domains on each other: what training with one domain does to the scores of another.
 *
 * @param names of the domains, which are rows and columns
 * @param cells {@code [trained with][effect on]}; null on the diagonal
 */
public record EffectMatrix(List<String> names, List<List<@Nullable Effect>> cells) {
  /**
   * One effect.
   *
   * @param gain in the scores, with its 95 % interval
   * @param corrected p-value after Holm's correction over all cells
   */
  public record Effect(Interval gain, double corrected) {
    /** Whether it is more than chance by both the interval and the corrected test. */
    public boolean isSure() {
      return gain.excludesZero() && corrected < DomainTransfer.LEVEL;
    }
  }

  /** What a cell is computed from. */
  @FunctionalInterface
  public interface Answers {
    /**
     * The runs of a cell.
     *
     * @param with index of the domain trained with
     * @param on index of the domain looked at, another one
     * @return the runs without as {@code independent}, those with as {@code joint}
     */
    DomainAnswers of(int with, int on);
  }

  /**
   * Computes all cells.
   *
   * @param names at least two
   * @param answers of each cell
   * @param bootstrap makes the intervals
   */
  public static EffectMatrix of(List<String> names, Answers answers, PairedSeeds bootstrap) {
    int size = names.size();
    List<Interval> gains = new ArrayList<>();
    double[] pValues = new double[size * (size - 1)];
    int next = 0;
    for (int with = 0; with < size; with++) {
      for (int on = 0; on < size; on++) {
        if (with != on) {
          DomainAnswers cell = answers.of(with, on);
          gains.add(bootstrap.of(cell).gain());
          pValues[next++] = TransferAnalysis.pValue(cell);
        }
      }
    }
    double[] corrected = Holm.adjust(pValues);
    List<List<@Nullable Effect>> cells = new ArrayList<>();
    next = 0;
    for (int with = 0; with < size; with++) {
      List<@Nullable Effect> row = new ArrayList<>();
      for (int on = 0; on < size; on++) {
        row.add(with == on ? null : new Effect(gains.get(next), corrected[next++]));
      }
      cells.add(row);
    }
    return new EffectMatrix(names, cells);
  }

  /** {@code [trained with][effect on]} gains; NaN on the diagonal. */
  public double[][] gains() {
    double[][] gains = new double[names.size()][names.size()];
    for (int with = 0; with < gains.length; with++) {
      for (int on = 0; on < gains.length; on++) {
        Effect effect = cells.get(with).get(on);
        gains[with][on] = effect == null ? Double.NaN : effect.gain().estimate();
      }
    }
    return gains;
  }

  /** {@code [trained with][effect on]} whether the effect is more than chance. */
  public boolean[][] sure() {
    boolean[][] sure = new boolean[names.size()][names.size()];
    for (int with = 0; with < sure.length; with++) {
      for (int on = 0; on < sure.length; on++) {
        Effect effect = cells.get(with).get(on);
        sure[with][on] = effect != null && effect.isSure();
      }
    }
    return sure;
  }

  /** How many effects are more than chance. */
  public int sureEffects() {
    int count = 0;
    for (boolean[] row : sure()) {
      for (boolean one : row) {
        count += one ? 1 : 0;
      }
    }
    return count;
  }

  /**
   * How much of the cells' spread is not chance: {@code max(0, 1 − mean variance of a cell / mean
   * square of the cells)}, the shrinkage of empirical Bayes (Morris 1983). A cell's variance is
   * taken from the width of its interval.
   *
   * @return in [0, 1]; 0 when the cells differ by no more than chance makes them
   */
  public double reliability() {
    double noise = 0;
    double squares = 0;
    int count = 0;
    for (List<@Nullable Effect> row : cells) {
      for (Effect effect : row) {
        if (effect != null) {
          double deviation = (effect.gain().high() - effect.gain().low()) / (2 * 1.96);
          noise += deviation * deviation;
          squares += effect.gain().estimate() * effect.gain().estimate();
          count++;
        }
      }
    }
    // About 0 and not about the mean: a common gain or loss of all cells is an effect, too.
    double spread = squares / count;
    return squares == 0 ? 0 : Math.max(0, 1 - noise / count / spread);
  }
}
