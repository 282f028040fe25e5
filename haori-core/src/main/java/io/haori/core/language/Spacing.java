package io.haori.core.language;

/**
 * Puts parts of a Japanese sentence together: a blank between Japanese and Latin letters, as
 * product texts have it, and none between Japanese ones.
 */
final class Spacing {
  /** Where the scripts begin whose letters are as wide as they are high. */
  private static final int WIDE = 0x2E80;

  /** They stand close to what is before them. */
  private static final String CLOSING = ")],.;:!?%…";

  private final StringBuilder text = new StringBuilder();

  /** Adds a part behind the others. */
  void add(String part) {
    String bare = part.stripLeading();
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    if (bare.isEmpty() || end == 0) {
      text.append(part);
      return;
    }
    char left = text.charAt(end - 1);
    char right = bare.charAt(0);
    if (left < WIDE && right < WIDE) {
      text.append(part);
      return;
    }
    text.setLength(end);
    boolean mixed = left < WIDE != right < WIDE;
    boolean letters =
        left < WIDE ? Character.isLetter(right) : Character.isLetter(left) || left == '々';
    text.append(mixed && letters && CLOSING.indexOf(right) < 0 ? " " : "").append(bare);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
