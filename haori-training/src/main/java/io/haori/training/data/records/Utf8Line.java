package io.haori.training.data.records;

/** Whether the bytes of one line are UTF-8, checked byte by byte. */
final class Utf8Line {
  private boolean ascii = true;
  private boolean valid = true;
  private boolean wide;
  private int missing;
  private int lowest;
  private int highest;

  void clear() {
    ascii = true;
    valid = true;
    wide = false;
    missing = 0;
  }

  void add(byte signed) {
    int b = signed & 0xFF;
    if (missing > 0) {
      valid &= b >= lowest && b <= highest;
      missing--;
      lowest = 0x80;
      highest = 0xBF;
    } else if (b >= 0x80) {
      ascii = false;
      begin(b);
    }
  }

  /** The first byte of a character says how many follow, and bounds the second (RFC 3629). */
  private void begin(int b) {
    lowest = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
    highest = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
    if (b >= 0xC2 && b <= 0xDF) {
      missing = 1;
    } else if (b >= 0xE0 && b <= 0xEF) {
      missing = 2;
      wide = true;
    } else if (b >= 0xF0 && b <= 0xF4) {
      missing = 3;
      wide = true;
    } else {
      valid = false;
    }
  }

  /** Whether all bytes are below 128, as in every encoding. */
  boolean ascii() {
    return ascii;
  }

  /** Whether all characters are whole. */
  boolean valid() {
    return valid && missing == 0;
  }

  /** Whether a character has three bytes or more. */
  boolean wide() {
    return wide;
  }
}
