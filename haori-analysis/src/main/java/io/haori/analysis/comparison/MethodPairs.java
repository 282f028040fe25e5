package io.haori.analysis.comparison;

import java.util.List;

/**
 * The tests of all pairs of methods. Each pair was tested once, so that a difference has one
 * interval and one p-value wherever it is shown.
 */
public final class MethodPairs {
  private final List<Versus> laterLessEarlier;

  /**
   * Keeps tests.
   *
   * @param laterLessEarlier the second method less the first, the third less the first, the third
   *     less the second, and so on
   */
  MethodPairs(List<Versus> laterLessEarlier) {
    this.laterLessEarlier = List.copyOf(laterLessEarlier);
  }

  /**
   * One pair.
   *
   * @param method index of the method whose score comes first
   * @param other index of the method whose score is taken away; another one
   * @return the first less the other
   */
  public Versus of(int method, int other) {
    if (method == other) {
      throw new IllegalArgumentException("a pair must be of two methods, got " + method + " twice");
    }
    int later = Math.max(method, other);
    int earlier = Math.min(method, other);
    Versus pair = laterLessEarlier.get(later * (later - 1) / 2 + earlier);
    return method == later ? pair : pair.reversed();
  }
}
