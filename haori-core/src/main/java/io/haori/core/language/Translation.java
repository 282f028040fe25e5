package io.haori.core.language;

import java.util.List;

/**
 * How a sentence was translated.
 *
 * @param text the translation; what is not known stays as it is
 * @param used English patterns of the catalogue that it follows
 * @param left what stayed as it was, in places and as a whole
 */
public record Translation(String text, List<String> used, List<String> left) {
  /** Copies lists. */
  public Translation {
    used = List.copyOf(used);
    left = List.copyOf(left);
  }
}
