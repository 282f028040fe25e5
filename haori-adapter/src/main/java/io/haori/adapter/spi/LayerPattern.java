package io.haori.adapter.spi;

import io.haori.core.check.UserError;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Values of single layers by PEFT's rule: the first key for which {@code (.*\.)?(key)$} matches the
 * layer's name counts.
 */
public final class LayerPattern {
  private LayerPattern() {}

  /**
   * The value of a layer.
   *
   * @param pattern in the order that counts
   * @param layer the layer's whole name
   * @param otherwise when no key matches
   */
  public static <T> T valueOf(Map<String, T> pattern, String layer, T otherwise) {
    for (Map.Entry<String, T> entry : pattern.entrySet()) {
      if (layer.matches(within(entry.getKey()))) {
        return entry.getValue();
      }
    }
    return otherwise;
  }

  /**
   * Checks the keys.
   *
   * @param setting what the message calls the pattern
   * @param pattern its keys must be regular expressions
   * @throws UserError naming the first key that is none
   */
  public static void requireRegularExpressions(String setting, Map<String, ?> pattern) {
    for (String key : pattern.keySet()) {
      try {
        Pattern.compile(key);
        Pattern.compile(within(key));
      } catch (PatternSyntaxException e) {
        throw new UserError(
            setting
                + " must have valid regular expressions as keys, got "
                + key
                + " ("
                + e.getDescription()
                + ")",
            e);
      }
    }
  }

  private static String within(String key) {
    return "(.*\\.)?(" + key + ")";
  }
}
