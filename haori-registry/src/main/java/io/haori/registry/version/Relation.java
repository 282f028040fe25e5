package io.haori.registry.version;

import java.util.Locale;

/** What a version has of another one. */
public enum Relation {
  /** It mixes that one in and cannot do without it. */
  MIX,
  /** It is that one, cut to its important subspace. */
  PRUNED,
  /** It was merged of that one and others. */
  MERGED,
  /** Its training began with that one's module, or with one that was made of it and others. */
  STARTED_FROM;

  /** The relation before the name of the other version. */
  public String shown() {
    return this == STARTED_FROM ? "started from" : word() + " of";
  }

  /** The relation in lower case, as rows name it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The relation of a row.
   *
   * @param word as {@link #word} gave it
   */
  public static Relation of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
