package io.haori.registry.name;

import io.haori.core.check.Check;

/** Names that come from elsewhere, of accounts and data sets: printable, and in one word. */
public final class PlainText {
  private static final int LONGEST = 100;

  private PlainText() {}

  /**
   * Refuses what cannot be shown in a sentence or a table.
   *
   * @param setting what is named, for example {@code account}
   * @param text as the user gave it
   */
  public static void check(String setting, String text) {
    boolean allowed =
        !text.isEmpty()
            && length(text) <= LONGEST
            && text.codePoints().allMatch(c -> isVisible(c) && !isSpace(c));
    Check.require(
        allowed, setting, "1 to " + LONGEST + " printable characters without blanks", shown(text));
  }

  /**
   * A text of any length and alphabet, fit for a sentence.
   *
   * @param text as the user gave it
   * @return with question marks for what cannot be seen or turns the line around; how long it is,
   *     when it is too long
   */
  public static String shown(String text) {
    if (length(text) > LONGEST) {
      return length(text) + " characters";
    }
    if (text.codePoints().allMatch(PlainText::isSpace)) {
      return "nothing";
    }
    StringBuilder line = new StringBuilder();
    text.codePoints().map(c -> isVisible(c) ? c : '?').forEach(line::appendCodePoint);
    return line.toString();
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  /**
   * Whether a character can be seen where it is: no control character, no format character (such as
   * those that turn the direction of writing), nothing that is drawn as nothing.
   */
  static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> !isIgnorable(c);
    };
  }

  /** Letters and marks that are drawn as nothing (Unicode's Default_Ignorable_Code_Point). */
  private static boolean isIgnorable(int c) {
    return c == 0x034F // joins graphemes
        || c == 0x115F // fills a Hangul syllable, as the three below
        || c == 0x1160
        || c == 0x3164
        || c == 0xFFA0
        || c == 0x17B4 // inherent vowels of Khmer
        || c == 0x17B5
        || (c >= 0x180B && c <= 0x180F) // choose a form in Mongolian
        || (c >= 0xFE00 && c <= 0xFE0F) // choose a form of the character before
        || (c >= 0xE0000 && c <= 0xE0FFF); // the same for Chinese characters, and tags
  }
}
