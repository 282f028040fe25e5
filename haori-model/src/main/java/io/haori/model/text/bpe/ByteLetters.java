package io.haori.model.text.bpe;

import java.nio.charset.StandardCharsets;

/**
 * A letter for each byte, as GPT-2's tokenizer has them (Radford et al. 2019, section 2.2): bytes
 * that are printed stay, the others are the letters from U+0100 on in their order.
 */
final class ByteLetters {
  private static final char[] LETTERS = letters();

  private ByteLetters() {}

  private static char[] letters() {
    char[] letters = new char[256];
    char next = 256;
    for (int value = 0; value < 256; value++) {
      boolean printed =
          (value >= '!' && value <= '~')
              || (value >= 0xA1 && value <= 0xAC)
              || (value >= 0xAE && value <= 0xFF);
      letters[value] = printed ? (char) value : next++;
    }
    return letters;
  }

  /** All of them, in the order of their characters. */
  static char[] sorted() {
    char[] sorted = LETTERS.clone();
    java.util.Arrays.sort(sorted);
    return sorted;
  }

  /** A text's bytes in UTF-8 as letters. */
  static String of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder letters = new StringBuilder(bytes.length);
    for (byte one : bytes) {
      letters.append(LETTERS[one & 0xFF]);
    }
    return letters.toString();
  }
}
