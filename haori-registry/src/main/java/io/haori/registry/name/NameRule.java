package io.haori.registry.name;

import static io.haori.core.check.Check.require;

import java.text.Normalizer;

/** What every name in a registry obeys: safe in a path, a URL, a shell and a report. */
final class NameRule {
  static final int LONGEST = 100;

  /** Bound of the characters, for sentences. */
  static final String CHARACTERS =
      "letters of any script (no capitals), digits, '.', '_', '-' and '・'";

  private static final String BOUND =
      "1 to " + LONGEST + " " + CHARACTERS + ", beginning with a letter or digit, without '..'";

  private NameRule() {}

  /**
   * Refuses what is no name.
   *
   * @param setting what is named, for example {@code module name}
   * @param text as the user gave it
   * @return in Unicode's composed form (NFC), so that what looks the same is the same name
   */
  static String checked(String setting, String text) {
    String name = composed(text);
    boolean plain =
        !name.isEmpty()
            && PlainText.length(name) <= LONGEST
            && isLetterOrDigit(name.codePointAt(0))
            && name.codePoints().allMatch(NameRule::isPart)
            && !name.contains("..");
    require(plain, setting, BOUND, PlainText.shown(text));
    return name;
  }

  static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /** Whether a character may be in a name. */
  static boolean isPart(int c) {
    return c == '.' || c == '_' || c == '-' || c == '・' || isLetterOrDigit(c) || isMark(c);
  }

  /** No capitals: there are file systems that do not tell them from small letters. */
  private static boolean isLetterOrDigit(int c) {
    boolean letter =
        switch (Character.getType(c)) {
          case Character.LOWERCASE_LETTER,
              Character.MODIFIER_LETTER,
              Character.OTHER_LETTER,
              Character.LETTER_NUMBER,
              Character.DECIMAL_DIGIT_NUMBER ->
              true;
          default -> false;
        };
    return letter && !Character.isUpperCase(c) && PlainText.isVisible(c);
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return (type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK)
        && PlainText.isVisible(c);
  }
}
