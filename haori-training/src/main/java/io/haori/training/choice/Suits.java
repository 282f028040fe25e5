package io.haori.training.choice;

/**
 * Where a way to fit a task can be ahead of others, by what the base's vectors hold of the subject;
 * where it cannot, it need not be tried.
 */
public enum Suits {
  /** Anywhere. */
  EVERYTHING,
  /** Where a probe on the base's vectors is right at least half of the way to all. */
  KNOWN_SUBJECTS,
  /** Where it is not. */
  NEW_SUBJECTS;

  /**
   * Whether the way is tried.
   *
   * @param known whether the base's vectors hold the subject
   */
  boolean tries(boolean known) {
    return this == EVERYTHING || (this == KNOWN_SUBJECTS) == known;
  }
}
