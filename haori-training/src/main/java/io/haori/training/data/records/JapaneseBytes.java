package io.haori.training.data.records;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;

/**
 * Distinguishes Shift_JIS from Western text. Read as Shift_JIS, an accent and the letter after it
 * often make a character, but one alone among Latin letters; Japanese comes in runs and with kana.
 */
final class JapaneseBytes {
  /** Characters that are not ASCII, of 100, that must be kana or have a neighbour like them. */
  private static final int ENOUGH_PERCENT = 60;

  private JapaneseBytes() {}

  /** Whether bytes with some above 127 are Shift_JIS. */
  static boolean plausible(byte[] bytes) {
    CharBuffer text;
    try {
      text =
          Encodings.WINDOWS_31J
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      return false;
    }
    int all = 0;
    int likely = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        continue;
      }
      all++;
      boolean neighbour =
          (i > 0 && japanese(text.charAt(i - 1)))
              || (i + 1 < text.length() && japanese(text.charAt(i + 1)));
      if (kana(c) || (japanese(c) && neighbour)) {
        likely++;
      }
    }
    return 100L * likely >= (long) ENOUGH_PERCENT * all;
  }

  private static boolean kana(char c) {
    return c >= 0x3041 && c <= 0x30FE;
  }

  /** Kana, kanji, their punctuation and full-width letters; not the half-width katakana. */
  private static boolean japanese(char c) {
    return (c >= 0x3000 && c <= 0x9FFF) || (c >= 0xFF01 && c <= 0xFF60);
  }
}
