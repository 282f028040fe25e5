package io.haori.analysis.metrics;

import java.util.List;
import java.util.Map;

/** The scores of one set of predictions, under the names that files and the command line use. */
public interface Scores {
  /**
   * All scores by name.
   *
   * @return unmodifiable, in the order in which they are shown
   */
  Map<String, Double> byName();

  /**
   * The one score by which an epoch or a method is chosen; higher is better.
   *
   * @return for example accuracy for classes, Pearson correlation for numbers
   */
  double primary();

  /** The scores of each class, label or type of entity; none where they are not counted apart. */
  default List<ClassScore> byClass() {
    return List.of();
  }
}
