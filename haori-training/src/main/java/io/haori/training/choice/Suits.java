package io.haori.training.choice;

/**
 * Where a way to fit a task can be ahead of others, by what the base's vectors hold of the subject
 * and by how many rows there are; where it cannot, it need not be tried.
 */
public enum Suits {
  /** Anywhere. */
  EVERYTHING,
  /**
   * Where a probe on the base's vectors is right at least half of the way to all, a standard error
   * less than it has, and anywhere with {@link #ENOUGH_ROWS}.
   */
  KNOWN_SUBJECTS,
  /** Where it is not. */
  NEW_SUBJECTS,
  /** Where it is not, with {@link #ENOUGH_ROWS}. */
  NEW_SUBJECTS_OF_ENOUGH_ROWS;

  /**
   * With this many rows a start from the probe does no harm on new subjects either, and a random
   * head is more than chance.
   */
  public static final int ENOUGH_ROWS = 100;

  /**
   * Whether the way is tried.
   *
   * @param known whether the base's vectors hold the subject
   * @param rows that are learnt from
   */
  boolean tries(boolean known, int rows) {
    return switch (this) {
      case EVERYTHING -> true;
      case KNOWN_SUBJECTS -> known || rows >= ENOUGH_ROWS;
      case NEW_SUBJECTS -> !known;
      case NEW_SUBJECTS_OF_ENOUGH_ROWS -> !known && rows >= ENOUGH_ROWS;
    };
  }
}
