package io.haori.model.jinja;

/**
 * What one rendering may use: a unit is a step or a character that is made. A bound on steps, not
 * on time, as the same template then ends alike on every machine.
 */
final class Budget {
  /** Steps and characters of one rendering: about a second. */
  private static final long UNITS = 20_000_000;

  /** Characters of one text, items of one list. */
  private static final long MOST_AT_ONCE = 8_000_000;

  /** Macros that call macros. */
  private static final int DEEPEST = 64;

  private long left = UNITS;
  private int depth;

  /** Uses some units, before what costs them is made. */
  void spend(long units) {
    if (units > MOST_AT_ONCE) {
      throw new JinjaException("makes a text or list of more than " + MOST_AT_ONCE + " parts");
    }
    left -= units;
    if (left < 0) {
      throw new JinjaException("takes more than " + UNITS + " steps");
    }
  }

  /** Begins a call. */
  void enter() {
    if (++depth > DEEPEST) {
      throw new JinjaException("has more than " + DEEPEST + " calls inside one another");
    }
  }

  /** Ends a call. */
  void leave() {
    depth--;
  }
}
