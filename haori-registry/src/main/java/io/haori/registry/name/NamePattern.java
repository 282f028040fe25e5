package io.haori.registry.name;

import static io.haori.core.check.Check.require;

/**
 * Which modules a role or a rule is about: a name in which {@code *} matches any characters.
 *
 * @param text 1 to 100 characters of names and {@code *}
 */
public record NamePattern(String text) {
  /** All modules. */
  public static final NamePattern ALL = new NamePattern("*");

  /** Checks the form. */
  public NamePattern {
    String given = text;
    text = NameRule.composed(text);
    require(
        !text.isEmpty()
            && PlainText.length(text) <= NameRule.LONGEST
            && text.codePoints().allMatch(c -> c == '*' || NameRule.isPart(c)),
        "name pattern",
        "1 to " + NameRule.LONGEST + " " + NameRule.CHARACTERS + ", or '*' for any of them",
        PlainText.shown(given));
  }

  /** Whether a module is meant. */
  public boolean matches(ModuleName name) {
    // The usual walk with one step back, so that no pattern takes long.
    String given = name.text();
    int at = 0;
    int in = 0;
    int star = -1;
    int afterStar = 0;
    while (at < given.length()) {
      if (in < text.length() && text.charAt(in) == '*') {
        star = in++;
        afterStar = at;
      } else if (in < text.length() && text.charAt(in) == given.charAt(at)) {
        in++;
        at++;
      } else if (star >= 0) {
        in = star + 1;
        at = ++afterStar;
      } else {
        return false;
      }
    }
    while (in < text.length() && text.charAt(in) == '*') {
      in++;
    }
    return in == text.length();
  }

  @Override
  public String toString() {
    return text;
  }
}
