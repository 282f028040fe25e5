package io.haori.registry.name;

import static io.haori.check.Check.require;

import java.util.regex.Pattern;

/**
 * Which modules a role or a rule is about: a name in which {@code *} stands for any characters.
 *
 * @param text 1 to 100 characters of {@code a-z 0-9 . _ - *}
 */
public record NamePattern(String text) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9._*-]{1,100}");

  /** All modules. */
  public static final NamePattern ALL = new NamePattern("*");

  /** Checks the form. */
  public NamePattern {
    require(
        FORM.matcher(text).matches(),
        "name pattern",
        "1 to 100 characters of a-z, 0-9, '.', '_', '-' and '*'",
        NameRule.shown(text));
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
