package io.haori.training.choice;

import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.model.backbone.Adaptation;
import io.haori.training.data.Dataset;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * How long a comparison of ways takes at most: as many passes over the rows as its fits take, each
 * as long as one that is measured.
 *
 * @param fits of a module at most
 * @param seconds of all of them at most
 * @param one seconds of one fit of the longest way to all rows
 */
record ComparisonTime(int fits, double seconds, double one) {
  private static final double NANOS = 1e9;

  /** Texts that are read before time is measured: the first ones take longer. */
  private static final int FIRST_TEXTS = 8;

  /** How many passes without learning an epoch takes, its steps included. */
  private static final double PASSES_OF_EPOCH = 4;

  /**
   * Measures a pass, whose vectors the comparison then has.
   *
   * @param base stays open
   * @param data whose training rows are read
   * @param vectors keeps what the pass gives
   * @param candidates that will be compared
   * @param nanoTime the clock
   */
  static ComparisonTime of(
      TextBase base,
      Dataset data,
      FoldFits vectors,
      List<Candidate> candidates,
      LongSupplier nanoTime) {
    int rows = data.train().rows().size();
    new TextEmbedder(base, Adaptation.NONE, candidates.get(0).settings().text(), false)
        .vectors(data.train().rows().subList(0, Math.min(FIRST_TEXTS, rows)));
    long start = nanoTime.getAsLong();
    vectors.vectors(candidates.get(0));
    double pass = (nanoTime.getAsLong() - start) / NANOS;
    double learnt = (MethodChoice.FOLDS - 1.0) / MethodChoice.FOLDS;
    int most = 0;
    double seconds = 0;
    double one = 0;
    for (boolean known : new boolean[] {true, false}) {
      List<Candidate> trained =
          candidates.stream()
              .filter(way -> way.trains(base) && way.suits().tries(known, rows))
              .toList();
      long following = trained.stream().filter(way -> way.after() != null).count();
      int ways = trained.size() - (int) Math.max(0, following - MethodChoice.AFTER);
      int epochs = trained.stream().mapToInt(way -> way.settings().loop().epochs()).max().orElse(0);
      most = Math.max(most, fits(ways, rows));
      seconds =
          Math.max(seconds, fits(ways, rows) * pass * (1 + epochs * PASSES_OF_EPOCH * learnt));
      one = Math.max(one, pass * (1 + epochs * PASSES_OF_EPOCH));
    }
    return new ComparisonTime(most, seconds, one);
  }

  /** How many fits trained ways take at most. */
  static int fits(int ways, int rows) {
    int left = survivors(ways);
    int again = rows < MethodChoice.REPEATED_BELOW ? Math.min(2, left) * MethodChoice.FOLDS : 0;
    return ways + left * (MethodChoice.FOLDS - 1) + again;
  }

  /** Two at least, so that a usual way can be compared with a better one. */
  static int survivors(int ways) {
    return Math.min(ways, Math.max(2, (ways + 1) / 2));
  }
}
