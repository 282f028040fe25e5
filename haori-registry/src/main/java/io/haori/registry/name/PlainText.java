package io.haori.registry.name;

import io.haori.check.Check;
import io.haori.model.json.JsonFile;

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
            && text.length() <= LONGEST
            && text.codePoints().noneMatch(Character::isWhitespace)
            && JsonFile.printable(text).equals(text);
    Check.require(
        allowed,
        setting,
        "1 to " + LONGEST + " printable characters without blanks",
        NameRule.shown(text));
  }
}
