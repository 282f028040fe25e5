package io.haori.registry.name;

import static io.haori.check.Check.require;

import io.haori.model.json.JsonFile;
import java.util.regex.Pattern;

/** What every name in a registry obeys: safe in a path, a URL, a shell and a report. */
final class NameRule {
  private static final int LONGEST = 100;
  private static final Pattern PLAIN = Pattern.compile("[a-z0-9][a-z0-9._-]*");
  private static final String BOUND =
      "1 to "
          + LONGEST
          + " characters of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit, without"
          + " '..'";

  private NameRule() {}

  /**
   * Refuses what is no name.
   *
   * @param setting what is named, for example {@code module name}
   * @param text as the user gave it
   */
  static void check(String setting, String text) {
    boolean plain =
        text.length() <= LONGEST && PLAIN.matcher(text).matches() && !text.contains("..");
    require(plain, setting, BOUND, shown(text));
  }

  /** A text of any length and alphabet, fit for a sentence. */
  static String shown(String text) {
    return text.length() > LONGEST
        ? text.codePointCount(0, text.length()) + " characters"
        : text.isBlank() ? "nothing" : JsonFile.printable(text);
  }
}
