package io.haori.training.multidomain;

import java.util.List;

/**
 * A model that is wanted.
 *
 * @param domains indices of what it learns, in the order of their names
 * @param names of these domains
 * @param settings with its seed
 * @param digest SHA-256 of all that it depends on
 * @param work how long it takes, in tokens passed through the base forward
 */
public record PlannedDomainSet(
    List<Integer> domains,
    List<String> names,
    DomainSetSettings settings,
    String digest,
    long work) {
  /** The most names that a folder's name lists. */
  private static final int MOST_NAMES = 3;

  /** The most letters of a folder's name before its seed and digest. */
  private static final int MOST_LETTERS = 120;

  /** Copies the lists. */
  public PlannedDomainSet {
    domains = List.copyOf(domains);
    names = List.copyOf(names);
  }

  /** Where all its randomness begins. */
  public long seed() {
    return settings.tune().loop().seed();
  }

  /** What it learns, for a person. */
  public String label() {
    return names.size() <= MOST_NAMES
        ? String.join(" + ", names)
        : names.get(0) + " + " + (names.size() - 1) + " more";
  }

  /** Its folder's name: readable, and another one as soon as anything differs. */
  String folder() {
    String who = names.size() <= MOST_NAMES ? String.join("+", names) : names.size() + "-domains";
    return who.substring(0, Math.min(MOST_LETTERS, who.length()))
            .replaceAll("[^A-Za-z0-9.+_-]", "_")
        + "-seed"
        + seed()
        + "-"
        + digest.substring(0, 12);
  }
}
