package io.haori.registry.name;

import io.haori.core.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name of a module, under which its versions are kept.
 *
 * @param text 1 to 100 characters: letters of any script but capitals, digits, {@code . _ - ・};
 *     kept in Unicode's composed form
 */
public record ModuleName(String text) implements Comparable<ModuleName> {
  private static final int LONGEST_FILE = 200;

  /** Checks and composes the text. */
  public ModuleName {
    text = NameRule.checked("module name", text);
  }

  /**
   * The name of a file or folder for this module, at most 200 bytes long, which every file system
   * takes; different for different modules.
   */
  public String fileName() {
    if (text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_FILE) {
      return text;
    }
    // Forty characters have 160 bytes at most.
    return text.substring(0, text.offsetByCodePoints(0, 40))
        + "-"
        + Sha256.of(text).substring(0, 16);
  }

  @Override
  public int compareTo(ModuleName other) {
    // By code points, as a database orders bytes of UTF-8.
    return Arrays.compareUnsigned(
        text.getBytes(StandardCharsets.UTF_8), other.text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return text;
  }
}
