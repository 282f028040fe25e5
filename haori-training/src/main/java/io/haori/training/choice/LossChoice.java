package io.haori.training.choice;

import io.haori.training.pretrain.AnswerLosses.RowLosses;
import java.util.List;
import java.util.Locale;

/**
 * A choice among ways by the losses of the same held-out rows: the first way that is not behind the
 * one of the smallest loss by more than a standard error. As ways are ordered by what they cost, a
 * dearer one must be better by more than chance would give.
 *
 * @param ways those of the least cost first
 * @param smallest index of the way of the smallest loss
 * @param taken index of the way that is taken
 */
public record LossChoice(List<Way> ways, int smallest, int taken) {
  /** Copies the list. */
  public LossChoice {
    ways = List.copyOf(ways);
  }

  /**
   * One way.
   *
   * @param name as tables show it
   * @param losses of the held-out rows
   */
  public record Way(String name, RowLosses losses) {}

  /**
   * Chooses.
   *
   * @param ways at least one, all on the same rows, those of the least cost first
   */
  public static LossChoice of(List<Way> ways) {
    int smallest = 0;
    for (int i = 1; i < ways.size(); i++) {
      if (ways.get(i).losses().mean() < ways.get(smallest).losses().mean()) {
        smallest = i;
      }
    }
    int taken = 0;
    while (taken < smallest && standardErrorsBehind(ways.get(taken), ways.get(smallest)) > 1) {
      taken++;
    }
    return new LossChoice(ways, smallest, taken);
  }

  /**
   * By how many standard errors a way's loss is above another's on the same rows. The difference
   * {@code D = Σdᵢ / Σtᵢ} of rows with {@code tᵢ} tokens is a ratio, whose standard error is {@code
   * √(n / (n − 1) · Σ(dᵢ − D tᵢ)²) / Σtᵢ} (Cochran 1977, Sampling Techniques, section 6.4).
   *
   * @return infinite where all rows differ alike
   */
  static double standardErrorsBehind(Way way, Way other) {
    double[] first = way.losses().sums();
    double[] second = other.losses().sums();
    double[] tokens = way.losses().tokens();
    double differences = 0;
    double all = 0;
    for (int row = 0; row < tokens.length; row++) {
      differences += first[row] - second[row];
      all += tokens[row];
    }
    double mean = differences / Math.max(1, all);
    double squares = 0;
    for (int row = 0; row < tokens.length; row++) {
      double rest = first[row] - second[row] - mean * tokens[row];
      squares += rest * rest;
    }
    double rows = tokens.length;
    double error = Math.sqrt(squares * rows / Math.max(1, rows - 1)) / Math.max(1, all);
    return mean == 0
        ? 0
        : error == 0 ? Math.copySign(Double.POSITIVE_INFINITY, mean) : mean / error;
  }

  /** Why a way is taken, in a sentence. */
  public String reason() {
    String name = ways.get(taken).name();
    if (taken == smallest) {
      return name + " is taken: its loss on the held-out rows is the smallest.";
    }
    return String.format(
        Locale.ROOT,
        "%s is taken: %s has the smallest loss on the held-out rows, but by no more than a standard"
            + " error.",
        name,
        ways.get(smallest).name());
  }
}
