package io.haori.analysis.metrics;

import java.util.Map;

/** The scores of one set of predictions, under the names that files and the command line use. */
public sealed interface Scores permits ClassificationScores, RegressionScores {
  /**
   * All scores by name.
   *
   * @return unmodifiable, in the order in which they are shown
   */
  Map<String, Double> byName();

  /**
   * The one score by which an epoch or a method is chosen; higher is better.
   *
   * @return accuracy for classes, Pearson correlation for numbers
   */
  double primary();
}
