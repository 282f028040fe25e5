package io.haori.cli.terminal;

import java.text.BreakIterator;
import java.util.Locale;

/** The beginning of a text, cut at the end of a word. */
public final class Excerpt {
  private Excerpt() {}

  /**
   * At most this many characters of a text, on one line.
   *
   * @param text any
   * @param most characters (code points) at most, the mark of what is left out included; at least 2
   * @return the whole text with single spaces, or its first words and "…"
   */
  public static String of(String text, int most) {
    String line = text.strip().replaceAll("\\s+", " ");
    if (line.codePointCount(0, line.length()) <= most) {
      return line;
    }
    int end = line.offsetByCodePoints(0, most - 1);
    int cut = before(BreakIterator.getWordInstance(Locale.ROOT), line, end);
    // A single long word has no end of a word to cut at.
    String kept = line.substring(0, cut).strip();
    return (kept.isEmpty()
            ? line.substring(0, before(BreakIterator.getCharacterInstance(Locale.ROOT), line, end))
            : kept)
        + "…";
  }

  private static int before(BreakIterator places, String line, int end) {
    places.setText(line);
    return places.isBoundary(end) ? end : Math.max(0, places.preceding(end));
  }
}
