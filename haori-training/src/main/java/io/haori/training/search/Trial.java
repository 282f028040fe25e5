package io.haori.training.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings that were tried.
 *
 * @param number counted from 1, in the order in which they were drawn
 * @param settings what was drawn, by name
 * @param rounds how it went, one entry a round that it took part in
 */
public record Trial(int number, Map<String, String> settings, List<Round> rounds) {
  /**
   * One round.
   *
   * @param epochs most epochs of the run
   * @param score best validation score; NaN when training failed
   */
  public record Round(int epochs, double score) {}

  /** Copies map, in its order, and list. */
  public Trial {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    rounds = List.copyOf(rounds);
  }

  /** The score of the last round; NaN before the first. */
  public double score() {
    return rounds.isEmpty() ? Double.NaN : rounds.get(rounds.size() - 1).score();
  }
}
