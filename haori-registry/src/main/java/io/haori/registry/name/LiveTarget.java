package io.haori.registry.name;

/**
 * The task or site for which a version is live; what is live nowhere in particular is live
 * everywhere, which is a place of its own.
 *
 * @param text obeys the rule of all names, or is empty for everywhere
 */
public record LiveTarget(String text) {
  /** No task or site in particular. */
  public static final LiveTarget EVERYWHERE = new LiveTarget("");

  /** Checks the form. */
  public LiveTarget {
    if (!text.isEmpty()) {
      text = NameRule.checked("task or site", text);
    }
  }

  /**
   * The alias of a module here, as it is written after the name.
   *
   * @return {@code live} or {@code live/berlin}
   */
  public String alias() {
    return text.isEmpty() ? "live" : "live/" + text;
  }

  @Override
  public String toString() {
    return alias();
  }
}
