package io.haori.registry.version;

import java.util.Locale;

/** Where a version is in its life. */
public enum State {
  /** Added, not measured yet. */
  DRAFT,
  /** Measured on data. */
  EVALUATED,
  /** Good enough to be live, by the rules and somebody's word. */
  APPROVED,
  /** In use somewhere. */
  LIVE,
  /** Out of use for good; its files may be deleted. */
  RETIRED;

  /** The state in lower case, as commands and rows name it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The state of a row.
   *
   * @param word as {@link #word} gave it
   */
  public static State of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
